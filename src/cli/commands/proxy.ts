/** `m2m proxy`. */

import { loadConfig } from '../../../sidecar/config.ts'
import { runSidecar } from '../../../sidecar/main.ts'
import { PROVIDER_DIALECTS } from '../../core/dialect/index.ts'
import { COMPRESSION_MODES, PROFILE_NAMES } from '../../core/policy/index.ts'
import { defineCommand } from '../command.ts'
import { homeFolder } from '../home.ts'

export const proxy = defineCommand({
  operands: '',
  about: [
    'Runs the sidecar: LLM requests go in on the data port and leave for their provider with',
    'the same content in fewer tokens. Point a client at it, for example with',
    'OPENAI_BASE_URL=http://127.0.0.1:4141/v1. The savings page is on the admin port.',
    '',
    'Without a policy every built-in provider is served, or exactly those that --upstream',
    'names. Settings come from flags, then the environment (M2M_PROXY_PORT, ...), then',
    '~/.m2m/config.toml or --config, then defaults. SIGTERM drains and ends.',
  ].join('\n'),
  options: {
    upstream: {
      type: 'string',
      value: '[NAME[:DIALECT]=]URL',
      isRepeatable: true,
      about: `base URL of a provider, openai by default; dialects: ${PROVIDER_DIALECTS.join(', ')}`,
    },
    policy: {
      type: 'string',
      value: 'PATH',
      about: 'an M2MPolicy file or a folder that holds one; watched for changes',
    },
    mode: {
      type: 'string',
      choices: COMPRESSION_MODES,
      about: 'mode without a policy; Audit only measures',
      otherwise: 'Enforce',
    },
    profile: {
      type: 'string',
      choices: PROFILE_NAMES,
      about: 'techniques without a policy; Aggressive also leaves text out',
      otherwise: 'Safe',
    },
    host: { type: 'string', value: 'ADDRESS', about: 'address of the data port', otherwise: '127.0.0.1' },
    port: { type: 'string', value: 'N', about: 'the data port; 0 takes a free one', otherwise: '4141' },
    'allowed-host': {
      type: 'string',
      value: 'NAME',
      isRepeatable: true,
      about: 'another name of this address, or an origin’s host, that may call it',
    },
    'admin-host': { type: 'string', value: 'ADDRESS', about: 'address of the admin port', otherwise: '127.0.0.1' },
    'admin-port': { type: 'string', value: 'N', about: 'the admin port; 0 takes a free one', otherwise: '4142' },
    'keep-alive-ping': {
      type: 'string',
      value: 'TIME',
      about: 'silence after which a stream of events gets a ping, or none',
      otherwise: 'none',
    },
    'drain-grace': {
      type: 'string',
      value: 'TIME',
      about: 'time for running calls to finish after SIGTERM',
      otherwise: '25s',
    },
    'log-level': {
      type: 'string',
      choices: ['error', 'warn', 'info', 'debug'],
      about: 'the lowest severity that is logged',
      otherwise: 'info',
    },
    record: { type: 'string', value: 'DIR', about: 'record calls for m2m replay: prompts are written to disk' },
    'record-max': { type: 'string', value: 'SIZE', about: 'how much all recordings may take', otherwise: '256Mi' },
    'state-dir': {
      type: 'string',
      value: 'DIR',
      about: 'keep the forms of conversations over restarts: hashes, never content',
    },
    'memory-mb': { type: 'string', value: 'MB', about: 'the limit of what calls leave behind', otherwise: '144' },
    config: {
      type: 'string',
      value: 'FILE',
      about: 'a settings file (TOML, YAML, JSON)',
      otherwise: '~/.m2m/config.toml',
    },
  },
  examples: [
    'm2m proxy --upstream https://api.openai.com/v1',
    'm2m proxy --policy examples/m2mpolicy.yaml',
    'm2m proxy --upstream gateway:anthropic=https://llm.example.com',
    'm2m proxy --upstream ollama=http://127.0.0.1:11434 --mode Audit --port 8080',
  ],
  async run({ values }) {
    return runSidecar(loadConfig({ flags: values, env: process.env, home: homeFolder() }))
  },
})

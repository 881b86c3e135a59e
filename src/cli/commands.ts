/** Every command by name. The code of a command is loaded only when it runs, so that `m2m version` starts fast. */

import type { Command } from './command.ts'

export interface CommandEntry {
  readonly summary: string
  load(): Promise<Command>
}

export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  proxy: {
    summary: 'run the sidecar on this machine',
    load: async () => (await import('./commands/proxy.ts')).proxy,
  },
  compress: {
    summary: 'write one request body in fewer tokens',
    load: async () => (await import('./commands/compress.ts')).compress,
  },
  decompress: {
    summary: 'restore a compressed request body',
    load: async () => (await import('./commands/decompress.ts')).decompress,
  },
  tokens: {
    summary: 'count the tokens of a text or a request',
    load: async () => (await import('./commands/tokens.ts')).tokens,
  },
  models: {
    summary: 'list the models whose counting is known',
    load: async () => (await import('./commands/models.ts')).models,
  },
  'models refresh': {
    summary: 'take prices of models from a table that others keep',
    load: async () => (await import('./commands/models-refresh.ts')).modelsRefresh,
  },
  replay: {
    summary: 'measure savings on recorded sessions',
    load: async () => (await import('./commands/replay.ts')).replay,
  },
  eval: {
    summary: 'ask a model about tool outputs and their compressed forms',
    load: async () => (await import('./commands/eval.ts')).evalCommand,
  },
  'policy check': {
    summary: 'find the mistakes in policy files',
    load: async () => (await import('./commands/policy-check.ts')).policyCheck,
  },
  'policy explain': {
    summary: 'say which policy holds for a pod, and whether it runs it',
    load: async () => (await import('./commands/policy-explain.ts')).policyExplain,
  },
  inject: {
    summary: 'print manifests with the sidecar in their pods',
    load: async () => (await import('./commands/inject.ts')).inject,
  },
  check: {
    summary: 'say whether M2M works in a cluster',
    load: async () => (await import('./commands/check.ts')).check,
  },
  unpin: {
    summary: 'send live conversations as they came, from now on',
    load: async () => (await import('./commands/unpin.ts')).unpin,
  },
  demo: {
    summary: 'watch a recorded agent session get cheaper',
    load: async () => (await import('./commands/demo.ts')).demo,
  },
  version: {
    summary: 'print the version',
    load: async () => (await import('./commands/version.ts')).version,
  },
}

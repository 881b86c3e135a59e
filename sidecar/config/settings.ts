/**
 * Every setting, once, in convict's form: key in a settings file, environment variable, flag (`arg`), default, range,
 * meaning. Values stay as written until `config.ts` converts them, so that each format sees what a person wrote.
 */

import { nearest } from '../../src/core/nearest.ts'
import { PROFILE_NAMES, parseDuration, parseUpstream } from '../../src/core/policy/index.ts'

export interface Setting {
  readonly doc: string
  /** @throws Error whose message follows the setting's name */
  readonly format: (value: unknown) => void
  /** The format in words, for the reference. */
  readonly range: string
  /** Text, whatever the format: convict would parse what it holds for a number or a list. */
  readonly default: string
  readonly env?: string
  readonly arg?: string
}

const PORT = { format: port, range: '0 to 65535; 0 takes a free one' }
const DURATION = { format: duration, range: 'a duration such as 500ms, 10s or 5m' }
const BYTES_OF_UNIT: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 }
const HOST = { format: host, range: 'an address or a host name' }

export const SETTINGS = {
  proxy: {
    host: {
      doc: 'Where the data port listens. Whoever reaches it uses your providers with their own keys, unencrypted.',
      ...HOST,
      default: '127.0.0.1',
      env: 'M2M_PROXY_HOST',
      arg: 'host',
    },
    port: { doc: 'The data port.', ...PORT, default: '4141', env: 'M2M_PROXY_PORT', arg: 'port' },
    upstreams: {
      doc:
        'Who serves the calls: with a policy, each replaces the base URL of the provider of that name or adds one; ' +
        'without, these and no others do (none given: the built-in providers).',
      format: upstreams,
      range: 'URL (openai) or NAME=URL; the flag repeated, the variable comma separated, a list in a file',
      default: '',
      env: 'M2M_PROXY_UPSTREAM',
      arg: 'upstream',
    },
    mode: {
      doc: 'What is done to prompts while there is no policy.',
      ...oneOf(['Disabled', 'Audit', 'Enforce']),
      default: 'Enforce',
      env: 'M2M_PROXY_MODE',
      arg: 'mode',
    },
    profile: {
      doc: 'Which techniques are tried while there is no policy; Aggressive also leaves text out.',
      ...oneOf(PROFILE_NAMES),
      default: 'Safe',
      env: 'M2M_PROXY_PROFILE',
      arg: 'profile',
    },
  },
  admin: {
    host: {
      doc: 'Where the admin port listens. Beyond loopback only probes and metrics answer.',
      ...HOST,
      default: '127.0.0.1',
      env: 'M2M_ADMIN_HOST',
      arg: 'admin-host',
    },
    port: {
      doc: 'The admin port: probes, metrics, the savings page.',
      ...PORT,
      default: '4142',
      env: 'M2M_ADMIN_PORT',
      arg: 'admin-port',
    },
  },
  policy: {
    path: {
      doc: 'An M2MPolicy file, or a directory in which one is mounted. Watched.',
      format: text,
      range: 'a path',
      default: '',
      env: 'M2M_POLICY',
      arg: 'policy',
    },
    poll: {
      doc: 'How often the policy is read again in case the file system gave no notice.',
      ...DURATION,
      default: '10s',
      env: 'M2M_POLICY_POLL',
    },
  },
  log: {
    level: {
      doc: 'What is logged.',
      ...oneOf(['error', 'warn', 'info', 'debug']),
      default: 'info',
      env: 'M2M_LOG_LEVEL',
      arg: 'log-level',
    },
  },
  otlp: {
    endpoint: {
      doc: 'Where spans go (OTLP over HTTP); empty: nowhere.',
      format: httpUrl,
      range: 'an http or https URL',
      default: '',
      env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    },
    serviceName: {
      doc: '`service.name` of the spans.',
      format: text,
      range: 'text',
      default: 'm2m-sidecar',
      env: 'OTEL_SERVICE_NAME',
    },
  },
  record: {
    dir: {
      doc:
        'A folder in which LLM calls are recorded for `m2m replay`; empty: nowhere. Request bodies are written to disk, ' +
        'credentials in them masked; headers never.',
      format: recordDir,
      range: 'a folder; it is made when it is not there',
      default: '',
      env: 'M2M_RECORD',
      arg: 'record',
    },
    max: {
      doc: 'How much all recordings in that folder may take; then recording stops.',
      format: size,
      range: 'a size such as 256Mi or 1Gi',
      default: '256Mi',
      env: 'M2M_RECORD_MAX',
      arg: 'record-max',
    },
  },
  drain: {
    grace: {
      doc: 'How long live calls may take to finish after SIGTERM.',
      ...DURATION,
      // Kubernetes kills after 30 s: what is cut off must be told before.
      default: '25s',
      env: 'M2M_DRAIN_GRACE',
      arg: 'drain-grace',
    },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Setting>>>>

/** Every setting with its key: `proxy.port`. */
export function listSettings(): readonly (readonly [key: string, setting: Setting])[] {
  return Object.entries(SETTINGS).flatMap(([section, settings]) =>
    Object.entries(settings).map(([name, setting]): [string, Setting] => [`${section}.${name}`, setting]),
  )
}

/** A list as a file, a flag or a variable gives it. */
export function splitList(value: unknown): readonly string[] {
  const items = Array.isArray(value) ? value : String(value).split(',')
  return items.map((item) => String(item).trim()).filter((item) => item !== '')
}

function port(value: unknown): void {
  const isNumber = /^[0-9]{1,5}$/.test(String(value)) && typeof value !== 'object'
  if (!isNumber || Number(value) > 65_535) throw new Error('must be a port number from 0 to 65535')
}

function host(value: unknown): void {
  if (typeof value !== 'string' || !/^[A-Za-z0-9.:_-]+$/.test(value)) {
    throw new Error('must be an address or a host name, without scheme or port')
  }
}

function upstreams(value: unknown): void {
  for (const item of splitList(value)) parseUpstream(item)
}

function text(value: unknown): void {
  if (typeof value !== 'string') throw new Error('must be text')
}

function httpUrl(value: unknown): void {
  if (value === '') return
  if (typeof value !== 'string' || !/^https?:\/\/[^/]/i.test(value) || !URL.canParse(value)) {
    throw new Error('must be an absolute http or https URL')
  }
}

function recordDir(value: unknown): void {
  text(value)
  if (value === 'memory') throw new Error('must be a folder; write ./memory for a folder of that name')
}

/** @returns bytes; undefined when it is no size */
export function parseSize(value: unknown): number | undefined {
  const [, digits = '', unit = ''] = /^([0-9]{1,12})(Ki|Mi|Gi)?$/.exec(String(value)) ?? []
  return digits === '' ? undefined : Number(digits) * (BYTES_OF_UNIT[unit] ?? 1)
}

function size(value: unknown): void {
  if (!parseSize(value)) throw new Error('must be a size such as 256Mi or 1Gi')
}

function duration(value: unknown): void {
  if (typeof value !== 'string' || !parseDuration(value)) throw new Error(`must be ${DURATION.range}`)
}

function oneOf(values: readonly string[]): Pick<Setting, 'format' | 'range'> {
  return {
    range: values.join(', '),
    format: (value) => {
      if (values.includes(value as string)) return
      const guess = typeof value === 'string' ? nearest(value, values) : undefined
      throw new Error(`must be one of ${values.join(', ')}${guess === undefined ? '' : `; did you mean ${guess}?`}`)
    },
  }
}

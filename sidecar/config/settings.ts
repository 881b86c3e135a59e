/**
 * Every setting in convict's form: key in a settings file, environment variable, flag (`arg`), default, range, meaning.
 * Values stay as written until `config.ts` converts them, so that each format checks the original text.
 */

import { nearest } from '../../src/core/nearest.ts'
import {
  COMPRESSION_MODES,
  PROFILE_NAMES,
  parseDuration,
  parseUpstreams,
  UPSTREAM_FORMS,
} from '../../src/core/policy/index.ts'
import { parseHost } from '../guard/index.ts'
import { MEMORY_SETTINGS } from './memory-settings.ts'
import { NETWORK_SETTINGS } from './network-settings.ts'
import { POD_SETTINGS } from './pod-settings.ts'

export interface Setting {
  readonly doc: string
  /** @throws Error whose message follows the setting's name */
  readonly format: (value: unknown) => void
  /** The format in words, for the reference. */
  readonly range: string
  /** Always text: convict would parse a default number or list by its own rules. */
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
      doc:
        'The address of the data port. Every client that reaches this port can call your providers with its own keys, ' +
        'over plain HTTP.',
      ...HOST,
      default: '127.0.0.1',
      env: 'M2M_PROXY_HOST',
      arg: 'host',
    },
    port: { doc: 'The data port.', ...PORT, default: '4141', env: 'M2M_PROXY_PORT', arg: 'port' },
    upstreams: {
      doc:
        'The base URLs of providers. With a policy, each one replaces the base URL of the provider of that name, or adds ' +
        'a provider; a URL alone is for openai. The dialect is `openai`, `anthropic`, `ollama` or `none` (relayed unread), by ' +
        'default that of the name. Without a policy, only these are served; if none is given, the built-in providers.',
      format: upstreams,
      range: `${UPSTREAM_FORMS}; the flag repeated, the variable comma separated, a list in a file`,
      default: '',
      env: 'M2M_PROXY_UPSTREAM',
      arg: 'upstream',
    },
    mode: {
      doc: 'The mode of compression while there is no policy.',
      ...oneOf(COMPRESSION_MODES),
      default: 'Enforce',
      env: 'M2M_PROXY_MODE',
      arg: 'mode',
    },
    profile: {
      doc: 'The set of techniques while there is no policy. Aggressive also leaves text out.',
      ...oneOf(PROFILE_NAMES),
      default: 'Safe',
      env: 'M2M_PROXY_PROFILE',
      arg: 'profile',
    },
    keepAlivePing: {
      doc:
        'The silence after which a stream of server-sent events gets a ping, for load balancers and clients that end ' +
        'silent connections. The caller then reads bytes that its provider did not send.',
      format: durationOrNone,
      range: 'a duration such as 15s, or none',
      default: 'none',
      env: 'M2M_PROXY_KEEP_ALIVE_PING',
      arg: 'keep-alive-ping',
    },
    allowedHosts: {
      doc:
        'Hosts by which the sidecar may be called beside `localhost` and addresses, and hosts of the origins of web pages ' +
        'that may call it. For both ports.',
      format: allowedHosts,
      range: 'NAME or NAME:PORT; the flag repeated, the variable comma separated, a list in a file',
      default: '',
      env: 'M2M_PROXY_ALLOWED_HOSTS',
      arg: 'allowed-host',
    },
    token: {
      doc:
        'A secret that callers of other machines must send in the header `x-m2m-token`. Empty: none is asked for. It has no ' +
        'flag, because every user of a machine can read flags.',
      format: token,
      range: '16 visible ASCII characters or more',
      default: '',
      env: 'M2M_PROXY_TOKEN',
    },
  },
  admin: {
    host: {
      doc: 'The address of the admin port. Clients beyond loopback get only probes and metrics.',
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
      doc: 'An M2MPolicy file, or a mounted directory that holds one, or a bundle. Watched for changes.',
      format: text,
      range: 'a path',
      default: '',
      env: 'M2M_POLICY',
      arg: 'policy',
    },
    poll: {
      doc: 'The interval at which the policy is read again if the file system reports no change.',
      ...DURATION,
      default: '10s',
      env: 'M2M_POLICY_POLL',
    },
  },
  pod: POD_SETTINGS,
  models: {
    path: {
      doc:
        'A price table that `m2m models refresh` has written, read once at start. Empty: `~/.cache/m2m/models.json` if it ' +
        'exists. A table that cannot be read is reported, and the built-in prices hold. The sidecar itself fetches nothing.',
      format: text,
      range: 'a path',
      default: '',
      env: 'M2M_MODELS',
    },
  },
  log: {
    level: {
      doc: 'The lowest severity that is logged.',
      ...oneOf(['error', 'warn', 'info', 'debug']),
      default: 'info',
      env: 'M2M_LOG_LEVEL',
      arg: 'log-level',
    },
  },
  otlp: {
    endpoint: {
      doc: 'The collector that receives spans (OTLP over HTTP). Empty: no spans are sent.',
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
      range: 'a folder; it is created in an existing one',
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
  state: {
    dir: {
      doc:
        'A folder on a volume for the forms of live conversations, so that they outlive a restart: hashes and format ' +
        'numbers, never content. Sidecars that serve the same conversations may share it. Empty: in memory only.',
      format: text,
      range: 'a folder; it is created where it is missing',
      default: '',
      env: 'M2M_STATE_DIR',
      arg: 'state-dir',
    },
  },
  memory: MEMORY_SETTINGS,
  network: NETWORK_SETTINGS,
  drain: {
    grace: {
      doc: 'The time of the whole end after SIGTERM: calls may run until 2 s before it is over.',
      ...DURATION,
      // Kubernetes kills after 30 s: clients of calls that are cut off must get their error before that.
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

/** Splits a list from a file, a flag or a variable. */
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
  parseUpstreams(splitList(value))
}

function allowedHosts(value: unknown): void {
  if (splitList(value).some((item) => parseHost(item) === undefined)) {
    throw new Error('must be host names, each with or without a port: no scheme, no path')
  }
}

function token(value: unknown): void {
  if (value !== '' && !/^[\x21-\x7e]{16,}$/.test(String(value))) {
    throw new Error('must have 16 visible ASCII characters or more')
  }
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

function durationOrNone(value: unknown): void {
  if (value !== 'none') duration(value)
}

function oneOf(values: readonly string[]): Pick<Setting, 'format' | 'range'> {
  return {
    range: values.join(', '),
    format: (value) => {
      if (values.some((each) => each === value)) return
      const guess = typeof value === 'string' ? nearest(value, values) : undefined
      throw new Error(`must be one of ${values.join(', ')}${guess === undefined ? '' : `; did you mean ${guess}?`}`)
    },
  }
}

/** The configuration of the operator from flags, environment and defaults. Read once, at start. */

import { hostname } from 'node:os'
import { parseArgs } from 'node:util'
import convict from 'convict'
import { M2MError } from '../src/core/errors.ts'
import { parseDuration } from '../src/core/policy/index.ts'
import { parseQuantity } from '../src/core/policy/quantity.ts'
import { isRecord } from '../src/kube/index.ts'
import type { Resources } from './controller/kept-sidecar.ts'

export interface OperatorConfig {
  /** Where the operator runs: cluster-wide policies and its lease are there. Undefined: that of the credentials. */
  readonly namespace: string | undefined
  /** Its name in events and in the lease. */
  readonly podName: string
  /** Health and metrics; port 0 takes a free one. */
  readonly http: { readonly host: string; readonly port: number }
  /** Undefined: what kubectl would use, else the service account. */
  readonly kubeconfig: string | undefined
  readonly context: string | undefined
  readonly lease: LeaseTimes
  /** Pods are told of a changed bundle by an annotation; running sidecars get the resources of a changed policy. */
  readonly hotReload: { readonly nudge: boolean; readonly resize: boolean; readonly perSecond: number }
  /** Of a sidecar whose policy says nothing: those of the injector. */
  readonly sidecar: Resources
  /** Questions to sidecars: how many of each namespace, how often. */
  readonly looks: { readonly sample: number; readonly intervalMs: number }
  readonly log: { readonly level: LogLevel }
}

export interface LeaseTimes {
  readonly durationMs: number
  readonly renewDeadlineMs: number
  readonly retryMs: number
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

interface Setting {
  readonly doc: string
  readonly format: (value: unknown) => void
  /** Always text: convict would parse other defaults by its own rules. */
  readonly default: string
  readonly env: string
  readonly arg?: string
}

const DURATION = { format: checked((text) => (parseDuration(text) ?? 0) > 0, 'must be a duration such as 2s') }
const QUANTITIES = {
  format: checked(isQuantities, 'must be a JSON object of quantities such as {"cpu":"20m","memory":"96Mi"}'),
}
const TEXT = { format: checked(() => true, '') }

/** Every setting; docs/reference/operator.md and `--help` are this table. */
export const SETTINGS = {
  namespace: {
    doc: 'The namespace of the operator: cluster-wide policies stand there. Empty: that of its credentials.',
    ...TEXT,
    default: '',
    env: 'POD_NAMESPACE',
    arg: 'namespace',
  },
  podName: { doc: 'Its name in events and in the lease. Empty: the host name.', ...TEXT, default: '', env: 'POD_NAME' },
  kubeconfig: {
    doc: "A kubeconfig file. Empty: KUBECONFIG, ~/.kube/config, else the pod's service account.",
    ...TEXT,
    default: '',
    env: 'M2M_OPERATOR_KUBECONFIG',
    arg: 'kubeconfig',
  },
  context: {
    doc: 'A context of that file. Empty: its current one.',
    ...TEXT,
    default: '',
    env: 'M2M_OPERATOR_CONTEXT',
    arg: 'context',
  },
  host: {
    doc: 'The address of /healthz, /readyz and /metrics.',
    ...TEXT,
    default: '0.0.0.0',
    env: 'M2M_OPERATOR_HOST',
    arg: 'host',
  },
  port: {
    doc: 'Their port; 0 takes a free one.',
    ...whole(0, 65_535),
    default: '8081',
    env: 'M2M_OPERATOR_PORT',
    arg: 'port',
  },
  leaseDuration: {
    doc: 'Another replica takes over so long after the last renewal of the lease.',
    ...DURATION,
    default: '15s',
    env: 'M2M_OPERATOR_LEASE_DURATION',
  },
  leaseRenewDeadline: {
    doc: 'The leader gives up so long after its last renewal; less than the duration.',
    ...DURATION,
    default: '10s',
    env: 'M2M_OPERATOR_LEASE_RENEW_DEADLINE',
  },
  leaseRetry: {
    doc: 'Between two tries; less than the deadline.',
    ...DURATION,
    default: '2s',
    env: 'M2M_OPERATOR_LEASE_RETRY',
  },
  nudge: {
    doc: 'true: pods are told of a changed bundle by an annotation, and have it within 2 seconds instead of 90.',
    ...oneOf(['true', 'false']),
    default: 'false',
    env: 'M2M_OPERATOR_HOT_RELOAD_NUDGE',
    arg: 'nudge',
  },
  resize: {
    doc: 'true: running sidecars get the resources of a changed policy, where Kubernetes can (1.33 or later).',
    ...oneOf(['true', 'false']),
    default: 'false',
    env: 'M2M_OPERATOR_HOT_RELOAD_RESIZE',
    arg: 'resize',
  },
  sidecarRequests: {
    doc: 'For that: what a sidecar asks for whose policy says nothing, as JSON; that of the injector.',
    ...QUANTITIES,
    default: '{"cpu":"20m","memory":"96Mi"}',
    env: 'M2M_OPERATOR_SIDECAR_REQUESTS',
  },
  sidecarLimits: {
    doc: 'And what it may have.',
    ...QUANTITIES,
    default: '{"memory":"256Mi"}',
    env: 'M2M_OPERATOR_SIDECAR_LIMITS',
  },
  nudgesPerSecond: {
    doc: 'How many pods are told, or resized, in a second, 1 to 50.',
    ...whole(1, 50),
    default: '30',
    env: 'M2M_OPERATOR_HOT_RELOAD_PER_SECOND',
  },
  looksSample: {
    doc: 'How many pods of a namespace are asked what they run; 0: none.',
    ...whole(0, 1000),
    default: '20',
    env: 'M2M_OPERATOR_LOOKS_SAMPLE',
  },
  looksInterval: {
    doc: 'How often each of them is asked while nothing changes.',
    ...DURATION,
    default: '1m',
    env: 'M2M_OPERATOR_LOOKS_INTERVAL',
  },
  logLevel: {
    doc: 'The lowest severity that is logged.',
    ...oneOf(['error', 'warn', 'info', 'debug']),
    default: 'info',
    env: 'M2M_OPERATOR_LOG_LEVEL',
    arg: 'log-level',
  },
} as const satisfies Readonly<Record<string, Setting>>

type Raw = { [N in keyof typeof SETTINGS]: string }

/** @throws M2MError CONFIG_INVALID whose message lists every mistake, one a line */
export function loadConfig(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): OperatorConfig {
  const config = convict<Raw>(SETTINGS, { env: usable(env), args: [] })
  for (const [name, { arg }] of Object.entries<Setting>(SETTINGS)) {
    const value = arg === undefined ? undefined : flagsOf(argv)[arg]
    if (value !== undefined) config.set(name, value)
  }
  const raw = config.getProperties()
  const mistakes = [...mistakesOf(config), ...leaseMistakes(raw)]
  if (mistakes.length > 0) throw invalid(mistakes.join('\n'))
  return convert(raw)
}

/** Empty ones are unset; Kubernetes sets `M2M_OPERATOR_PORT=tcp://...` where a service is named m2m-operator. */
function usable(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const set = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  )
  return Object.fromEntries(set.filter(([, value]) => !/^(?:tcp|udp|sctp):\/\//.test(value)))
}

function flagsOf(argv: readonly string[]): Readonly<Record<string, string | undefined>> {
  const names = Object.values<Setting>(SETTINGS).flatMap(({ arg }) => arg ?? [])
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]))
  try {
    return parseArgs({ args: [...argv], options, strict: true }).values
  } catch (error) {
    throw invalid(`${(error as Error).message}; flags are ${names.map((name) => `--${name}`).join(', ')}`)
  }
}

function invalid(list: string): M2MError {
  return new M2MError(`the settings cannot be used:\n${list}`, { code: 'CONFIG_INVALID' })
}

/** Named by variable. The value is not repeated: it may be a misplaced secret. */
function mistakesOf(config: convict.Config<Raw>): string[] {
  try {
    config.validate({ allowed: 'strict' })
    return []
  } catch (error) {
    return (error as Error).message.split('\n').map((line) => {
      const [, name = '', message = line] = /^(\w+): (.*?)(?:: value was .*)?$/.exec(line) ?? []
      return `${(SETTINGS as Readonly<Record<string, Setting>>)[name]?.env ?? name}: ${message}`
    })
  }
}

function leaseMistakes({ leaseDuration, leaseRenewDeadline, leaseRetry }: Raw): string[] {
  const [duration = 0, deadline = 0, retry = 0] = [leaseDuration, leaseRenewDeadline, leaseRetry].map(milliseconds)
  if (retry < deadline && deadline < duration) return []
  return ['M2M_OPERATOR_LEASE_*: retry must be less than renew deadline, and that less than duration']
}

function convert(raw: Raw): OperatorConfig {
  return {
    namespace: raw.namespace || undefined,
    podName: raw.podName || hostname(),
    http: { host: raw.host, port: Number(raw.port) },
    kubeconfig: raw.kubeconfig || undefined,
    context: raw.context || undefined,
    lease: {
      durationMs: milliseconds(raw.leaseDuration),
      renewDeadlineMs: milliseconds(raw.leaseRenewDeadline),
      retryMs: milliseconds(raw.leaseRetry),
    },
    hotReload: {
      nudge: raw.nudge === 'true',
      resize: raw.resize === 'true',
      perSecond: Number(raw.nudgesPerSecond),
    },
    sidecar: { requests: JSON.parse(raw.sidecarRequests), limits: JSON.parse(raw.sidecarLimits) },
    looks: { sample: Number(raw.looksSample), intervalMs: milliseconds(raw.looksInterval) },
    log: { level: raw.logLevel as LogLevel },
  }
}

function milliseconds(duration: string): number {
  return parseDuration(duration) ?? 0
}

function isQuantities(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json)
    return isRecord(value) && Object.values(value).every((each) => parseQuantity(each) !== undefined)
  } catch {
    return false
  }
}

function checked(isRight: (text: string) => boolean, message: string): (value: unknown) => void {
  return (value) => {
    if (typeof value !== 'string' || !isRight(value)) throw new Error(message)
  }
}

function whole(min: number, max: number): Pick<Setting, 'format'> {
  const isRight = (text: string): boolean => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max
  return { format: checked(isRight, `must be a whole number from ${min} to ${max}`) }
}

function oneOf(values: readonly string[]): Pick<Setting, 'format'> {
  return { format: checked((text) => values.includes(text), `must be one of ${values.join(', ')}`) }
}

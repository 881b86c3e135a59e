/** Settings that the operator and the injector both have, each under its own prefix. */

import { hostname } from 'node:os'
import type { RawSettings } from './load.ts'
import { DURATION, milliseconds, oneOf, TEXT, whole } from './setting.ts'

export interface ProcessConfig {
  /** Where the program runs: cluster-wide policies and its lease are there. Undefined: that of the credentials. */
  readonly namespace: string | undefined
  /** Its name in events and in the lease. */
  readonly podName: string
  /** Health and metrics. Host undefined: every address, IPv6 too; port 0 takes a free one. */
  readonly http: { readonly host: string | undefined; readonly port: number }
  /** Undefined: what kubectl would use, else the service account. */
  readonly kubeconfig: string | undefined
  readonly context: string | undefined
  readonly lease: LeaseTimes
  readonly log: { readonly level: LogLevel }
}

export interface LeaseTimes {
  readonly durationMs: number
  readonly renewDeadlineMs: number
  readonly retryMs: number
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

type Prefix = 'M2M_OPERATOR' | 'M2M_INJECTOR'

export type ProcessSettings = ReturnType<typeof processSettings>

export function processSettings(prefix: Prefix) {
  return { ...placeSettings(prefix), ...leaseSettings(prefix) } as const
}

function placeSettings(prefix: Prefix) {
  return {
    namespace: {
      doc: 'The namespace that M2M is installed in: cluster-wide policies stand there. Empty: that of its credentials.',
      ...TEXT,
      default: '',
      env: 'POD_NAMESPACE',
      arg: 'namespace',
    },
    podName: {
      doc: 'Its name in events and in the lease. Empty: the host name.',
      ...TEXT,
      default: '',
      env: 'POD_NAME',
    },
    kubeconfig: {
      doc: "A kubeconfig file. Empty: KUBECONFIG, ~/.kube/config, else the pod's service account.",
      ...TEXT,
      default: '',
      env: `${prefix}_KUBECONFIG`,
      arg: 'kubeconfig',
    },
    context: {
      doc: 'A context of that file. Empty: its current one.',
      ...TEXT,
      default: '',
      env: `${prefix}_CONTEXT`,
      arg: 'context',
    },
    host: {
      doc: 'The address of /healthz, /readyz and /metrics. Empty: every one, IPv6 too.',
      ...TEXT,
      default: '',
      env: `${prefix}_HOST`,
      arg: 'host',
    },
    port: {
      doc: 'Their port; 0 takes a free one.',
      ...whole(0, 65_535),
      default: '8081',
      env: `${prefix}_PORT`,
      arg: 'port',
    },
    logLevel: {
      doc: 'The lowest severity that is logged.',
      ...oneOf(['error', 'warn', 'info', 'debug']),
      default: 'info',
      env: `${prefix}_LOG_LEVEL`,
      arg: 'log-level',
    },
  } as const
}

function leaseSettings(prefix: Prefix) {
  return {
    leaseDuration: {
      doc: 'Another replica takes over so long after the last renewal of the lease.',
      ...DURATION,
      default: '15s',
      env: `${prefix}_LEASE_DURATION`,
    },
    leaseRenewDeadline: {
      doc: 'The leader gives up so long after its last renewal; less than the duration.',
      ...DURATION,
      default: '10s',
      env: `${prefix}_LEASE_RENEW_DEADLINE`,
    },
    leaseRetry: {
      doc: 'Between two tries; less than the deadline.',
      ...DURATION,
      default: '2s',
      env: `${prefix}_LEASE_RETRY`,
    },
  } as const
}

/** @returns what no setting of the lease shows alone */
export function leaseMistakes(prefix: Prefix, raw: RawSettings<ProcessSettings>): string[] {
  const { durationMs, renewDeadlineMs, retryMs } = leaseOf(raw)
  if (retryMs < renewDeadlineMs && renewDeadlineMs < durationMs) return []
  return [`${prefix}_LEASE_*: retry must be less than renew deadline, and that less than duration`]
}

export function processConfig(raw: RawSettings<ProcessSettings>): ProcessConfig {
  return {
    namespace: raw.namespace || undefined,
    podName: raw.podName || hostname(),
    http: { host: raw.host || undefined, port: Number(raw.port) },
    kubeconfig: raw.kubeconfig || undefined,
    context: raw.context || undefined,
    lease: leaseOf(raw),
    log: { level: raw.logLevel as LogLevel },
  }
}

function leaseOf(raw: RawSettings<ProcessSettings>): LeaseTimes {
  return {
    durationMs: milliseconds(raw.leaseDuration),
    renewDeadlineMs: milliseconds(raw.leaseRenewDeadline),
    retryMs: milliseconds(raw.leaseRetry),
  }
}

/** The settings of a sidecar under test. A new setting gets its value here, once for all tests. */

import type { SidecarConfig } from '../../sidecar/config.ts'
import { EMPTY_ENVIRONMENT } from '../../sidecar/upstream/connect/index.ts'

/** Any part of any section. */
export type ConfigChanges = { readonly [S in keyof SidecarConfig]?: Partial<SidecarConfig[S]> }

const PROXY: SidecarConfig['proxy'] = {
  host: '127.0.0.1',
  port: 0,
  upstreams: [],
  mode: 'Enforce',
  profile: 'Safe',
  keepAlivePingMs: 0,
  allowedHosts: [],
  token: undefined,
}

/** Outside a cluster. */
export const NO_POD: SidecarConfig['pod'] = {
  labelsPath: undefined,
  isCompressionOff: false,
  namespace: undefined,
  name: undefined,
  node: undefined,
  workload: undefined,
  workloadKind: undefined,
}

/** Free ports on loopback, no policy, errors in the log only, no grace time. */
export function testConfig(changes: ConfigChanges = {}): SidecarConfig {
  return {
    proxy: { ...PROXY, ...changes.proxy },
    admin: { host: '127.0.0.1', port: 0, ...changes.admin },
    policy: { path: undefined, pollMs: 60_000, ...changes.policy },
    pod: { ...NO_POD, ...changes.pod },
    models: { path: undefined, isNamed: false, ...changes.models },
    log: { level: 'error', ...changes.log },
    otlp: { endpoint: undefined, serviceName: 'm2m', ...changes.otlp },
    record: { dir: undefined, maxBytes: 0, ...changes.record },
    state: { dir: undefined, ...changes.state },
    memory: { mb: 144, ...changes.memory },
    network: { ...EMPTY_ENVIRONMENT, ...changes.network },
    drain: { graceMs: 0, ...changes.drain },
  }
}

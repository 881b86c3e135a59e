/** The settings of the sidecar, as variables of its container (docs/reference/settings.md). */

import { parseQuantity } from '../../policy/quantity.ts'
import type { RawVariable } from '../injection.ts'
import { USUAL_PORTS } from '../ports.ts'
import { LABELS_PATH, POLICY_PATH } from '../volumes.ts'
import type { SidecarParts } from './parts.ts'
import { workloadOf } from './workload.ts'

interface VariableParts extends SidecarParts {
  readonly drainSeconds: number
  readonly logLevel: string | undefined
}

/** The pod's and its policy's go before those of the chart, and these before ours. */
export function variablesOf(parts: VariableParts): RawVariable[] {
  const variables = new Map<string, RawVariable>()
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined) variables.set(name, { name, value })
  }
  const field = (name: string, fieldPath: string): void => {
    variables.set(name, { name, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } })
  }
  const { ports, pod, resources, context } = parts
  const workload = workloadOf(pod)
  set('M2M_POLICY', POLICY_PATH)
  set('M2M_POD_LABELS_PATH', LABELS_PATH)
  // What rewrites prompts is a policy's word. A namespace without one is only measured.
  set('M2M_PROXY_MODE', 'Audit')
  // All addresses of the pod, whichever family it has: the kubelet's probes come to its own, a port-forward to loopback.
  set('M2M_ADMIN_HOST', '::')
  set('M2M_PROXY_PORT', unlessUsual(ports.data, USUAL_PORTS.data))
  set('M2M_ADMIN_PORT', unlessUsual(ports.admin, USUAL_PORTS.admin))
  field('M2M_POD_NAMESPACE', 'metadata.namespace')
  field('M2M_POD_NAME', 'metadata.name')
  field('M2M_NODE_NAME', 'spec.nodeName')
  set('M2M_WORKLOAD_NAME', workload?.name)
  set('M2M_WORKLOAD_KIND', workload?.kind)
  set('M2M_DRAIN_GRACE', `${parts.drainSeconds}s`)
  set('M2M_MEMORY_MB', memoryMb(resources.limits['memory']))
  for (const variable of parts.egress) variables.set(variable.name, variable)
  for (const [name, value] of Object.entries(context.settings.env)) set(name, value)
  if (parts.tuning.isCompressionOff) {
    set('M2M_POD_COMPRESSION', 'disabled')
    set('M2M_PROXY_MODE', 'Disabled')
  }
  set('M2M_LOG_LEVEL', parts.logLevel)
  return [...variables.values()]
}

function unlessUsual(port: number, usual: number): string | undefined {
  return port === usual ? undefined : String(port)
}

/** The setting's own default, which serves where the limit has room for it. */
const DEFAULT_MEMORY_MB = 144

/**
 * What is remembered between calls, by the memory limit of the container: a quarter of it is for bodies under way, and
 * 80 MB are the process itself (docs/performance.md).
 */
function memoryMb(limit: string | undefined): string | undefined {
  const billionths = parseQuantity(limit)
  if (billionths === undefined) return undefined
  const mebibytes = Number(billionths / (1_048_576n * 1_000_000_000n))
  const room = Math.floor(mebibytes * 0.75) - 80
  return room >= DEFAULT_MEMORY_MB ? undefined : String(Math.max(room, 8))
}

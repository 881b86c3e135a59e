/** Where telemetry comes from, as OpenTelemetry names it (semantic conventions v1.41: service, k8s). */

import { VERSION } from '../../src/core/version.ts'
import type { PodIdentity } from '../config.ts'

/** The resource of spans and metrics; what is not known is left out. */
export function resourceAttributes(serviceName: string, pod?: Partial<PodIdentity>): Readonly<Record<string, string>> {
  const { namespace, name, node, workload, workloadKind = '' } = pod ?? {}
  const known: readonly (readonly [key: string, value: string | undefined])[] = [
    ['service.name', serviceName],
    ['service.version', VERSION],
    ['k8s.namespace.name', namespace],
    ['k8s.pod.name', name],
    ['k8s.node.name', node],
    [`k8s.${workloadKind.toLowerCase()}.name`, workloadKind === '' ? undefined : workload],
  ]
  return Object.fromEntries(known.filter((each): each is [string, string] => each[1] !== undefined))
}

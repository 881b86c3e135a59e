/** The resources of a pod's sidecar by its policy and the chart: what a new pod gets from the injector. */

import type { PolicySpec } from '../../src/core/policy/documents.ts'
import type { KeptPod } from '../controller/kept.ts'
import type { Resources } from '../controller/kept-sidecar.ts'

export function wantedResources({ sidecar = {} }: PolicySpec, chart: Resources, pod: KeptPod): Resources {
  const { requests, limits } = sidecar.resources ?? {}
  const wanted = { requests: { ...chart.requests, ...requests }, limits: { ...chart.limits, ...limits } }
  if (pod.sidecar?.qosClass !== 'Guaranteed') return wanted
  const whole = { ...wanted.requests, ...wanted.limits }
  return { requests: whole, limits: whole }
}

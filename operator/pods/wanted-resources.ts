/** The resources of a pod's sidecar by its policy and the chart: what the injector gives a new pod of the same kind. */

import { type Resources, resourcesOf } from '../../src/core/inject/resources.ts'
import type { PolicySpec } from '../../src/core/policy/documents.ts'
import type { KeptSidecar } from '../controller/kept-sidecar.ts'

/** @param chart its `sidecar.resources` */
export function wantedResources(policy: PolicySpec, chart: Resources, { others }: KeptSidecar): Resources {
  const containers = others.map((resources) => ({ name: 'other', resources }))
  return resourcesOf(
    { pod: { spec: { containers } }, own: undefined, tuning: NO_TUNING, policy, chart },
    { notes: [], note: () => undefined },
  )
}

const NO_TUNING = { requests: {}, limits: {}, logLevel: undefined, isCompressionOff: false, containers: undefined }

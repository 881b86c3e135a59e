/** What has been decided about the sidecar of a pod, before its container is written. */

import type { InjectContext, RawPod, RawVariable } from '../injection.ts'
import type { Ports } from '../ports.ts'
import type { Resources } from '../resources.ts'
import type { Tuning } from '../tuning.ts'
import type { Mount } from '../volumes.ts'

export interface SidecarParts {
  readonly pod: RawPod
  readonly context: InjectContext
  /** Where it stands: what only one mode has is for the one that is there. */
  readonly list: 'initContainers' | 'containers'
  readonly ports: Ports
  readonly mounts: readonly Mount[]
  readonly resources: Resources
  readonly tuning: Tuning
  readonly egress: readonly RawVariable[]
}

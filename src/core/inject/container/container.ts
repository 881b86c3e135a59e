/** The container of the sidecar, as a namespace with the restricted pod security standard takes it. */

import type { PolicySpec } from '../../policy/documents.ts'
import { SIDECAR_NAME } from '../../policy/documents.ts'
import type { RawContainer, RawPod } from '../injection.ts'
import { isCaptured } from '../meshes/index.ts'
import { isObject } from '../patch.ts'
import { ADMIN_PORT_NAME } from '../ports.ts'
import { classicLifetime, nativeLifetime, probesOf } from './lifetime.ts'
import type { SidecarParts } from './parts.ts'
import { variablesOf } from './variables.ts'

const SECURITY_CONTEXT = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsGroup: 65_532,
  runAsNonRoot: true,
  runAsUser: 65_532,
  seccompProfile: { type: 'RuntimeDefault' },
}

export function sidecarContainer(parts: SidecarParts): RawContainer {
  const { pod, context, list, ports, resources } = parts
  const { image, imagePullPolicy } = context.settings
  const grace = pod.spec?.terminationGracePeriodSeconds
  const lifetime = list === 'initContainers' ? nativeLifetime() : classicLifetime(ports.admin, grace ?? undefined)
  return {
    name: SIDECAR_NAME,
    image,
    imagePullPolicy,
    ...lifetime.fields,
    ports: [{ name: ADMIN_PORT_NAME, containerPort: ports.admin, protocol: 'TCP' }],
    env: variablesOf({ ...parts, drainSeconds: lifetime.drainSeconds, logLevel: logLevelOf(parts) }),
    resources,
    volumeMounts: parts.mounts,
    ...probesOf(ports.admin, isCaptured(pod, context.namespace)),
    securityContext: { ...SECURITY_CONTEXT, ...profileOf(pod) },
    terminationMessagePolicy: 'FallbackToLogsOnError',
  }
}

/**
 * A pod's own profile of AppArmor is written for its application, and may forbid what the sidecar does. Where the pod has none,
 * nothing is said: a node without AppArmor takes no pod that names a profile.
 */
function profileOf({ spec = {} }: RawPod): object {
  const context = isObject(spec.securityContext) ? spec.securityContext : {}
  const profile = isObject(context['appArmorProfile']) ? context['appArmorProfile'] : {}
  return profile['type'] === 'Localhost' ? { appArmorProfile: { type: 'RuntimeDefault' } } : {}
}

function logLevelOf({ tuning, context }: SidecarParts): string | undefined {
  const policy: PolicySpec | undefined = context.policy
  return tuning.logLevel ?? policy?.sidecar?.logLevel
}

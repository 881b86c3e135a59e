/** What an injected pod says of itself, for the operator, for `kubectl` and for people. */

import { ANNOTATIONS, BUNDLE_VERSIONS, LABELS, type PolicySpec, staticHash, wiringHash } from '../policy/documents.ts'
import type { AddOperation, RawPod } from './injection.ts'
import { findOwn, INJECTED, isOurs } from './own-container.ts'
import { add, isObject, setIn } from './patch.ts'
import { isApplication } from './skip-reasons.ts'

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container'

/** @param isSizedByPolicy nobody but policy and chart decides the resources: the operator may change them in place */
export function injectedMetadata(
  pod: RawPod,
  { policy, isSizedByPolicy }: { policy: PolicySpec | undefined; isSizedByPolicy: boolean },
): AddOperation[] {
  const annotations = pod.metadata?.annotations ?? {}
  const first = pod.spec?.containers?.find(isApplication)?.name
  // A pod that was made by us keeps the hashes that it was made with. A template may have brought them alone.
  const isMade = isOurs(pod) && findOwn(pod) !== undefined && annotations[ANNOTATIONS.staticHash] !== undefined
  return setMetadata(pod, {
    labels: { [LABELS.injected]: 'true' },
    annotations: {
      [ANNOTATIONS.status]: INJECTED,
      [ANNOTATIONS.bundleVersion]: String(BUNDLE_VERSIONS[0]),
      ...(!isMade && { [ANNOTATIONS.staticHash]: staticHash(policy ?? {}) }),
      ...(!isMade && isSizedByPolicy && { [ANNOTATIONS.wiringHash]: wiringHash(policy ?? {}) }),
      ...(first !== undefined && annotations[DEFAULT_CONTAINER] === undefined && { [DEFAULT_CONTAINER]: first }),
    },
  })
}

export function setMetadata(
  { metadata }: RawPod,
  members: Readonly<Record<'labels' | 'annotations', Readonly<Record<string, string>>>>,
): AddOperation[] {
  if (!isObject(metadata)) return [add(['metadata'], members)]
  return [
    ...setIn(metadata['labels'], ['metadata', 'labels'], members.labels),
    ...setIn(metadata['annotations'], ['metadata', 'annotations'], members.annotations),
  ]
}

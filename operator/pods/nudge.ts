/**
 * Tells kubelets that a bundle has changed: an edit of a pod makes its kubelet refresh the pod's volumes at once, where it
 * would come around after a minute. One annotation is all that is edited; the API server enforces it (the chart's
 * ValidatingAdmissionPolicy).
 */

import { type KubeClient, KubeError } from '../../src/kube/index.ts'
import type { KeptPod } from '../controller/kept.ts'
import { ANNOTATIONS, FIELD_MANAGER, PATHS } from '../controller/names.ts'

export interface Nudge {
  /** The live pods of a namespace whose annotation says something else; the newest bundle of a namespace counts. */
  tell(namespace: string, pods: Iterable<KeptPod>, rev: string): void
  /** What waits is dropped. */
  stop(): void
}

export interface NudgeOptions {
  readonly client: Pick<KubeClient, 'request'>
  /** 1 to 50. */
  readonly perSecond: number
  onNudge?(result: 'done' | 'failed'): void
  onFault?(error: unknown): void
}

/** The calls share connections with the writes of bundles, which must not wait behind thousands of pods. */
const MAX_UNDER_WAY = 2

export function createNudge({ client, perSecond, onNudge, onFault }: NudgeOptions): Nudge {
  /** Revision by pod, by namespace: each namespace in turn. */
  const waiting = new Map<string, Map<string, string>>()
  let timer: NodeJS.Timeout | undefined
  let underWay = 0
  const send = async ({ namespace, name, rev }: Waiting): Promise<void> => {
    underWay++
    try {
      await client.request({
        method: 'PATCH',
        path: PATHS.pod(namespace, name),
        query: { fieldManager: FIELD_MANAGER },
        contentType: 'application/merge-patch+json',
        body: { metadata: { annotations: { [ANNOTATIONS.configRev]: rev } } },
      })
      onNudge?.('done')
    } catch (error) {
      // A pod that is gone needs none. Nothing is tried again: the kubelet comes around by itself.
      if (error instanceof KubeError && error.status === 404) return
      onNudge?.('failed')
      onFault?.(error)
    } finally {
      underWay--
    }
  }
  const next = (): void => {
    if (underWay >= MAX_UNDER_WAY) return
    const first = takeNext(waiting)
    if (first !== undefined) return void send(first)
    clearInterval(timer)
    timer = undefined
  }
  return {
    tell(namespace, pods, rev) {
      const own = waiting.get(namespace) ?? new Map<string, string>()
      for (const { name, isLive, configRev } of pods) if (isLive && configRev !== rev) own.set(name, rev)
      if (own.size === 0) return
      waiting.set(namespace, own)
      timer ??= setInterval(next, 1000 / perSecond)
    },
    stop() {
      waiting.clear()
      clearInterval(timer)
    },
  }
}

interface Waiting {
  readonly namespace: string
  readonly name: string
  readonly rev: string
}

/** The first pod of the first namespace, which is the last one then. */
function takeNext(waiting: Map<string, Map<string, string>>): Waiting | undefined {
  const [group] = waiting
  const [first] = group?.[1] ?? []
  if (group === undefined || first === undefined) return undefined
  const [namespace, pods] = group
  const [name, rev] = first
  waiting.delete(namespace)
  pods.delete(name)
  if (pods.size > 0) waiting.set(namespace, pods)
  return { namespace, name, rev }
}

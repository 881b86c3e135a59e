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
  /** 20 to 50. */
  readonly perSecond: number
  onNudge?(result: 'done' | 'failed'): void
  onFault?(error: unknown): void
}

export function createNudge({ client, perSecond, onNudge, onFault }: NudgeOptions): Nudge {
  /** Revision by pod, `namespace/name`. */
  const waiting = new Map<string, string>()
  let timer: NodeJS.Timeout | undefined
  const send = async (key: string, rev: string): Promise<void> => {
    const [namespace = '', name = ''] = key.split('/')
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
    }
  }
  const next = (): void => {
    const [first] = waiting
    if (first === undefined) {
      clearInterval(timer)
      timer = undefined
      return
    }
    waiting.delete(first[0])
    void send(...first)
  }
  return {
    tell(namespace, pods, rev) {
      for (const { name, isLive, configRev } of pods) {
        if (isLive && configRev !== rev) waiting.set(`${namespace}/${name}`, rev)
      }
      if (waiting.size > 0) timer ??= setInterval(next, 1000 / perSecond)
    },
    stop() {
      waiting.clear()
      clearInterval(timer)
    },
  }
}

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type KeptPod, keepPod } from '../../../operator/controller/kept.ts'
import { createNudge } from '../../../operator/pods/nudge.ts'
import { type KubeCall, KubeError } from '../../../src/kube/index.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function pod(name: string, changes: Partial<KeptPod> = {}): KeptPod {
  return { ...keepPod({ metadata: { name, namespace: 'shop' } }), ...changes }
}

test('pods are told one after the other, so many in a second, each once and of the newest bundle', async () => {
  const calls: KubeCall[] = []
  const request = async <T>(call: KubeCall): Promise<T> => {
    calls.push(call)
    return undefined as T
  }
  const nudge = createNudge({ client: { request }, perSecond: 50 })
  const pods = Array.from({ length: 100 }, (_, i) => pod(`p${i}`))
  nudge.tell('shop', pods, 'rev1')
  nudge.tell('shop', [pod('gone', { isLive: false }), pod('knows', { configRev: 'rev1' })], 'rev1')
  await vi.advanceTimersByTimeAsync(1000)
  expect(calls).toHaveLength(50)
  nudge.tell('shop', pods.slice(50), 'rev2')
  await vi.advanceTimersByTimeAsync(2000)
  expect(calls).toHaveLength(100)
  expect(calls.at(-1)?.body).toEqual({ metadata: { annotations: { 'm2m.io/config-rev': 'rev2' } } })
  nudge.tell('shop', pods, 'rev3')
  nudge.stop()
  await vi.advanceTimersByTimeAsync(2000)
  expect(calls).toHaveLength(100)
})

test('a refusal is told and not tried again; a pod that is gone is no fault', async () => {
  const faults: unknown[] = []
  const request = (call: KubeCall): Promise<never> =>
    Promise.reject(new KubeError('no', { status: call.path.endsWith('gone') ? 404 : 403 }))
  const nudge = createNudge({ client: { request }, perSecond: 50, onFault: (error) => void faults.push(error) })
  nudge.tell('shop', [pod('a'), pod('gone')], 'rev1')
  await vi.advanceTimersByTimeAsync(5000)
  expect(faults).toHaveLength(1)
})

test('no namespace waits for the thousand pods of another, and no write of a bundle for slow answers', async () => {
  const paths: string[] = []
  const answers: (() => void)[] = []
  const request = <T>({ path }: KubeCall): Promise<T> => {
    paths.push(path)
    return new Promise((resolve) => answers.push(() => resolve(undefined as T)))
  }
  const nudge = createNudge({ client: { request }, perSecond: 50 })
  nudge.tell(
    'large',
    Array.from({ length: 1_000 }, (_, i) => pod(`p${i}`)),
    'rev1',
  )
  nudge.tell('small', [pod('only')], 'rev1')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(paths).toEqual(['/api/v1/namespaces/large/pods/p0', '/api/v1/namespaces/small/pods/only'])
  for (const answer of answers.splice(0)) answer()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(paths).toHaveLength(4)
  nudge.stop()
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type KeptPod, keepPod } from '../../../operator/controller/kept.ts'
import type { KubeEvent } from '../../../operator/kube/kube-event.ts'
import { createStuck, type Stuck } from '../../../operator/pods/stuck.ts'

const MINUTE = 60_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const WELL = { started: true, state: { running: { startedAt: '2026-01-01T00:00:00Z' } } }
const NO_IMAGE = { state: { waiting: { reason: 'ImagePullBackOff' } } }
const PULLING = { state: { waiting: { reason: 'ErrImagePull' } } }
const crash = (exitCode: number): object => ({
  state: { waiting: { reason: 'CrashLoopBackOff' } },
  lastState: { terminated: { exitCode } },
})

const POD = { name: 'api-0', uid: 'one', phase: 'Pending' }

function kept(sidecar: object, pod: Partial<typeof POD> = {}): KeptPod {
  const { name, uid, phase } = { ...POD, ...pod }
  return keepPod({
    metadata: { name, namespace: 'shop', uid },
    status: { phase, initContainerStatuses: [{ name: 'm2m-proxy', ...sidecar }] },
  })
}

interface Scene {
  readonly stuck: Stuck
  readonly told: readonly KubeEvent[]
  /** The watch tells a pod as it is now; undefined: it is gone. */
  sees(pod: KeptPod | undefined, key?: string): Promise<void>
}

function scene(): Scene {
  const told: KubeEvent[] = []
  const stuck = createStuck({ events: { emit: (event) => void told.push(event) } })
  const before = new Map<string, KeptPod | undefined>()
  return {
    stuck,
    told,
    async sees(pod, key = 'shop/api-0') {
      stuck.pod(key, before.get(key), pod)
      before.set(key, pod)
      await vi.advanceTimersByTimeAsync(100)
    },
  }
}

test('each state of a sidecar is told once, on its pod, however often the kubelet says it', async () => {
  const { stuck, told, sees } = scene()
  stuck.start()
  for (const status of [NO_IMAGE, PULLING, NO_IMAGE, PULLING]) await sees(kept(status))
  expect(told).toMatchObject([
    { type: 'Warning', reason: 'SidecarNotStarted', regarding: { kind: 'Pod', namespace: 'shop', name: 'api-0' } },
  ])
  await sees(kept(crash(1)))
  await sees(kept(crash(1)))
  expect(told.map(({ reason }) => reason)).toEqual(['SidecarNotStarted', 'SidecarCrashLoop'])
  expect([...stuck.counts()]).toEqual([
    ['SidecarNotStarted', 0],
    ['SidecarCrashLoop', 1],
    ['SidecarOutOfMemory', 0],
  ])
  await stuck.stop()
})

test('a loop of crashes with runs in between is one state; another end of it is told, not too often', async () => {
  const { stuck, told, sees } = scene()
  stuck.start()
  for (let i = 0; i < 30; i++) {
    await sees(kept(crash(1)))
    await vi.advanceTimersByTimeAsync(5 * MINUTE)
    await sees(kept(WELL))
    await vi.advanceTimersByTimeAsync(1000)
  }
  expect(told).toHaveLength(1)
  for (let code = 2; code < 12; code++) {
    await sees(kept(crash(code)))
    await vi.advanceTimersByTimeAsync(MINUTE)
  }
  expect(told.length).toBeGreaterThan(1)
  expect(told.length).toBeLessThan(4)
  await stuck.stop()
})

test('a sidecar that was well for a while, and a new pod of the same name, are news again', async () => {
  const { stuck, told, sees } = scene()
  stuck.start()
  await sees(kept(NO_IMAGE))
  await sees(kept(WELL))
  await vi.advanceTimersByTimeAsync(11 * MINUTE)
  await sees(kept(NO_IMAGE))
  expect(told).toHaveLength(2)
  await sees(kept(NO_IMAGE, { uid: 'another' }))
  expect(told).toHaveLength(3)
  await sees(undefined)
  expect(stuck.counts().get('SidecarNotStarted')).toBe(0)
  await stuck.stop()
})

test('one that only takes its time is not told, one whose probe never passes is, and one that has ended is not', async () => {
  const { stuck, told, sees } = scene()
  stuck.start()
  const starting = (): object => ({ started: false, state: { running: { startedAt: new Date().toISOString() } } })
  await sees(kept(starting()))
  await vi.advanceTimersByTimeAsync(20_000)
  await sees(kept(WELL))
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(told).toEqual([])
  await sees(kept(starting()))
  expect(stuck.counts().get('SidecarNotStarted')).toBe(0)
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(told).toMatchObject([{ note: expect.stringContaining('startup probe has not passed') }])
  expect(stuck.counts().get('SidecarNotStarted')).toBe(1)
  await sees(kept(crash(1), { name: 'done', phase: 'Failed' }), 'shop/done')
  expect(told).toHaveLength(1)
  await stuck.stop()
})

test('nothing is told before it leads, then all of it, at a bounded pace', async () => {
  const { stuck, told, sees } = scene()
  for (let i = 0; i < 100; i++) await sees(kept(NO_IMAGE, { name: `p${i}` }), `shop/p${i}`)
  expect(told).toEqual([])
  stuck.start()
  await vi.advanceTimersByTimeAsync(1000)
  expect(told.length).toBeLessThanOrEqual(21)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(new Set(told.map(({ regarding }) => regarding.name)).size).toBe(100)
  expect(told).toHaveLength(100)
  await stuck.stop()
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type KeptPod, keepPod } from '../../../operator/controller/kept.ts'
import { createLooks } from '../../../operator/pods/looks.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function pod(name: string, changes: Partial<KeptPod>): KeptPod {
  return { ...keepPod({ metadata: { name, namespace: 'shop', uid: name } }), ...changes }
}

test('some pods of each namespace are asked, at a bounded rate, seldom while nothing changes and soon after a change', async () => {
  const asked: string[] = []
  const news: string[] = []
  const hashes = new Map<string, string>()
  const pods = Array.from({ length: 60 }, (_, i) => pod(`p${i}`, { address: { ip: `10.0.0.${i}`, port: 1 } }))
  const looks = createLooks({
    ask: async ({ ip }) => {
      asked.push(ip)
      return { name: 'a', namespace: 'shop', isStale: false, hash: hashes.get(ip) ?? 'one', revision: '' }
    },
    pods: () => pods,
    onNews: (namespace) => void news.push(namespace),
    sample: 20,
    perSecond: 10,
  })
  expect(looks.reportOf(pods[0]!)).toBe('not looked at')
  looks.start()
  expect(looks.reportOf(pods[0]!)).toBe('not asked')
  await vi.advanceTimersByTimeAsync(1100)
  expect(asked).toHaveLength(10)
  await vi.advanceTimersByTimeAsync(600_000)
  expect(new Set(asked).size).toBe(20)
  expect(looks.reportOf(pods[0]!)).toMatchObject({ hash: 'one' })
  expect(looks.reportOf(pods[40]!)).toBe('not looked at')
  expect(looks.reportOf({ ...pods[0]!, uid: 'another' })).toBe('not looked at')
  expect(news).toHaveLength(20)
  const before = asked.length
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked.length - before).toBeLessThanOrEqual(20)
  hashes.set('10.0.0.3', 'two')
  looks.soon('shop')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(looks.reportOf(pods[3]!)).toMatchObject({ hash: 'two' })
  expect(news).toHaveLength(21)
  const stopped = looks.stop()
  await vi.advanceTimersByTimeAsync(1000)
  await stopped
  const count = asked.length
  await vi.advanceTimersByTimeAsync(120_000)
  expect(asked).toHaveLength(count)
})

test('a pod that says something else each time is asked no more often, and edits do not put a look off', async () => {
  let asked = 0
  const pods = [pod('liar', { address: { ip: '10.0.0.1', port: 1 } })]
  const looks = createLooks({
    ask: async () => ({ name: 'a', namespace: 'shop', isStale: false, hash: String(asked++), revision: '' }),
    pods: () => pods,
    onNews: () => undefined,
  })
  looks.start()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(asked).toBeLessThan(20)
  const before = asked
  for (let i = 0; i < 20; i++) {
    looks.soon('shop')
    await vi.advanceTimersByTimeAsync(500)
  }
  expect(asked).toBeGreaterThan(before)
  const stopped = looks.stop()
  await vi.advanceTimersByTimeAsync(1000)
  await stopped
})

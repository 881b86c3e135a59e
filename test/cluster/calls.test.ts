/** Calls to a real API server through a proxy that counts, stalls and refuses. */

import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { createKubeClient } from '../../src/kube/index.ts'
import { test } from '../support/kube/cluster-test.ts'
import { printMeasured, printSeconds } from '../support/kube/print-measured.ts'
import { startRecordingProxy } from '../support/kube/recording-proxy.ts'
import { configMap, pathOf, valuesOf, watchConfigMaps } from '../support/kube/watched.ts'

test('12: a watch on which no byte comes any more is opened anew, and what it missed is told', async ({
  cluster,
  namespace,
}) => {
  const proxy = await startRecordingProxy(cluster)
  const config = cluster.kubeConfig({ url: proxy.url })
  // In the field 45 s, which would be told as such below.
  const silenceMs = 5_000
  const watched = watchConfigMaps(config, { namespace, client: { silenceMs } })
  watched.watch.start()
  await watched.watch.synced
  await cluster.api.create(pathOf(namespace), configMap('before', '1'))
  await expect.poll(() => valuesOf(watched)).toEqual({ before: '1' })
  const handshakes = proxy.handshakes
  proxy.stall()
  const stalledSince = performance.now()
  await cluster.api.create(pathOf(namespace), configMap('meanwhile', '1'))
  await cluster.api.delete(`${pathOf(namespace)}/before`)
  await expect.poll(() => valuesOf(watched), { timeout: 10 * silenceMs }).toEqual({ meanwhile: '1' })
  printSeconds(`12: from the stall to the first change, with a limit of ${silenceMs / 1_000} s`, stalledSince)
  expect(watched.faults).toMatchObject([{ reason: 'Timeout' }])
  expect(watched).toMatchObject({ restarts: 1, lists: ['start'], doubles: [] })
  expect(proxy.handshakes).toBe(handshakes + 1)
  await watched.close()
  await proxy.close()
})

test('13: 429 with Retry-After is waited for, by lists and by writes', async ({ cluster, namespace }) => {
  const proxy = await startRecordingProxy(cluster)
  const refusals = new Map<string, number>()
  proxy.setRule(({ method, url }) => {
    const kind = url.includes('watch=true') ? 'WATCH' : method
    const count = (refusals.get(kind) ?? 0) + 1
    refusals.set(kind, count)
    return count <= 2
      ? { status: 429, headers: { 'retry-after': '1' }, body: { kind: 'Status', code: 429 } }
      : undefined
  })
  const watched = watchConfigMaps(cluster.kubeConfig({ url: proxy.url }), { namespace })
  watched.watch.start()
  const path = `${pathOf(namespace)}/written`
  await watched.client.apply(path, configMap('written', '1'), { fieldManager: 'test' })
  await watched.watch.synced
  await cluster.api.merge(path, { data: { value: '2' } })
  await expect.poll(() => valuesOf(watched)).toEqual({ written: '2' })
  expect(watched).toMatchObject({ lists: ['start'], doubles: [] })
  const waits = ['PATCH', 'GET'].flatMap((method) => {
    const calls = proxy.calls.filter((call) => call.method === method && !call.url.includes('watch=true'))
    return calls.slice(1).map((call, index) => call.at - (calls[index]?.at ?? 0))
  })
  // Two refusals of each kind, and never sooner than asked.
  expect(waits).toHaveLength(4)
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(1_000)
  await watched.close()
  await proxy.close()
})

test('14: a thousand calls need no more than four TLS connections', async ({ cluster }) => {
  const proxy = await startRecordingProxy(cluster)
  const client = createKubeClient(cluster.kubeConfig({ url: proxy.url }))
  const since = performance.now()
  const one = (): Promise<unknown> => client.get('/api/v1/namespaces/default')
  for (let i = 0; i < 500; i++) await one()
  await Promise.all(Array.from({ length: 500 }, one))
  await sleep(100)
  printSeconds('14: 1,000 calls, half of them together', since)
  printMeasured(`14: ${proxy.handshakes} handshakes, ${proxy.peak} connections at most`)
  expect(proxy.calls).toHaveLength(1_000)
  expect(proxy.handshakes).toBeLessThanOrEqual(4)
  await client.close()
  await proxy.close()
})

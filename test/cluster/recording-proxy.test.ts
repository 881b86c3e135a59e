/** The proxy by which cluster tests disturb a client. */

import { expect } from 'vitest'
import { createAdminApi } from '../support/kube/admin-api.ts'
import { test } from '../support/kube/cluster-test.ts'
import { startRecordingProxy } from '../support/kube/recording-proxy.ts'

const PATH = '/api/v1/namespaces/default/configmaps'

test('records calls, counts connections and cuts them', async ({ cluster }) => {
  const proxy = await startRecordingProxy(cluster)
  const api = createAdminApi({ url: proxy.url, ca: cluster.authority.cert, connections: 1 })
  await api.get(PATH)
  await api.get(`${PATH}?limit=1`)
  expect(proxy.calls).toMatchObject([
    { method: 'GET', url: PATH, status: 200 },
    { method: 'GET', url: `${PATH}?limit=1`, status: 200 },
  ])
  expect(proxy.handshakes).toBe(1)
  proxy.setRule(() => 'hang')
  const cutOff = expect(api.get(PATH)).rejects.toThrow()
  await expect.poll(() => proxy.calls).toHaveLength(3)
  proxy.cut()
  await cutOff
  await api.close()
  await proxy.close()
})

test('answers by rule, and leaves a token its owner', async ({ cluster, namespace }) => {
  const account = await cluster.serviceAccount(namespace, 'nobody')
  const proxy = await startRecordingProxy(cluster)
  const through = await cluster.at(proxy.url)
  expect((await through.as(account).call('GET', PATH)).status).toBe(403)
  proxy.setRule(({ method }) => (method === 'GET' ? { status: 429, headers: { 'retry-after': '1' } } : undefined))
  expect((await through.api.call('GET', PATH)).status).toBe(429)
  proxy.setRule(() => 'cut')
  await expect(through.api.get(PATH)).rejects.toThrow()
  await through.close()
  await proxy.close()
})

test('stalls the connections that are open, not later ones', async ({ cluster, namespace }) => {
  const proxy = await startRecordingProxy(cluster)
  const api = createAdminApi({ url: proxy.url, ca: cluster.authority.cert, connections: 1 })
  await api.get(PATH)
  proxy.stall()
  let isAnswered = false
  const stalled = api.get(PATH).then(
    () => {
      isAnswered = true
    },
    () => undefined,
  )
  await expect.poll(() => proxy.calls).toHaveLength(2)
  const later = await cluster.at(proxy.url)
  await later.api.create(`/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name: 'one' } })
  expect(isAnswered).toBe(false)
  await Promise.all([api.close(), stalled])
  await later.close()
  await proxy.close()
})

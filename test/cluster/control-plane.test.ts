/** The control plane of these tests: what they may rely on. */

import { describe, expect } from 'vitest'
import { test } from '../support/kube/cluster-test.ts'
import { printMeasured } from '../support/kube/print-measured.ts'

describe('the shared control plane', () => {
  test('is a real API server', async ({ cluster }) => {
    const { gitVersion } = await cluster.api.get('/version')
    expect(gitVersion).toMatch(/^v1\.\d+\.\d+/)
    printMeasured(`Kubernetes ${String(gitVersion)}`)
  })

  test('gives each test a namespace in which pods can be created', async ({ cluster, namespace }) => {
    const pod = { metadata: { name: 'app' }, spec: { containers: [{ name: 'app', image: 'app' }] } }
    await cluster.api.create(`/api/v1/namespaces/${namespace}/pods`, pod)
    const { items } = await cluster.api.get<{ items: unknown[] }>(`/api/v1/namespaces/${namespace}/pods`)
    expect(items).toHaveLength(1)
  })

  test('knows service accounts, and permits them what a Role says', async ({ cluster, namespace }) => {
    const account = await cluster.serviceAccount(namespace, 'reader')
    const client = cluster.kubeConfig({ user: account })
    expect(client.getCurrentUser()?.token).toBe(account.token)
    const path = `/api/v1/namespaces/${namespace}/configmaps`
    expect((await cluster.as(account).call('GET', path)).status).toBe(403)
    await cluster.grant(namespace, account, [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }])
    await expect.poll(async () => (await cluster.as(account).call('GET', path)).status).toBe(200)
  })
})

describe('a control plane of its own', () => {
  test('has API servers that come and go on one etcd', async ({ ownControlPlane: plane }) => {
    const path = '/api/v1/namespaces/default/configmaps'
    await plane.api.create(path, { metadata: { name: 'one' } })
    const second = await plane.startApiServer()
    await plane.apiServer.kill()
    await expect(plane.api.get(path)).rejects.toThrow()
    const other = await plane.at(second.url)
    await other.api.create(path, { metadata: { name: 'two' } })
    await plane.etcd.compact()
    await plane.apiServer.start()
    const { items } = await plane.api.get<{ items: { metadata: { name: string } }[] }>(path)
    expect(items.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(['one', 'two']))
    await other.close()
  })
})

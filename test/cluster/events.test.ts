/** Events as a real API server takes them. */

import { expect } from 'vitest'
import { createEventRecorder } from '../../operator/kube/index.ts'
import { createKubeClient, KubeError } from '../../src/kube/index.ts'
import { test } from '../support/kube/cluster-test.ts'
import { configMap, pathOf } from '../support/kube/watched.ts'

const OPTIONS = { controller: 'm2m.io/operator', instance: 'operator-0' }

test('an Event is made, counted as a series, and told with the longest note', async ({ cluster, namespace }) => {
  const { metadata } = await cluster.api.create<{ metadata: { uid: string } }>(pathOf(namespace), configMap('one', '1'))
  const client = createKubeClient(cluster.kubeConfig())
  const faults: unknown[] = []
  const events = createEventRecorder(client, { ...OPTIONS, onFault: (error) => void faults.push(error) })
  const regarding = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'one', uid: metadata.uid }
  const event = {
    regarding,
    type: 'Warning',
    reason: 'DriftRepaired',
    action: 'Reconcile',
    note: 'ä'.repeat(600),
  } as const
  const path = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`
  const made = (): Promise<{ items: object[] }> => cluster.api.get(path)
  events.emit(event)
  await expect.poll(async () => (await made()).items).toHaveLength(1)
  events.emit(event)
  await expect.poll(async () => (await made()).items).toMatchObject([{ series: { count: 2 } }])
  for (let i = 0; i < 5; i++) events.emit(event)
  await events.close()
  expect((await made()).items).toMatchObject([
    { reason: 'DriftRepaired', action: 'Reconcile', type: 'Warning', regarding, series: { count: 7 } },
  ])
  events.emit({ ...event, reason: 'Late' })
  expect(faults).toEqual([])
  await client.close()
})

test('24: nothing is tried twice in a namespace that is being deleted', async ({ cluster, namespace }) => {
  const finalizers = ['example.com/holds-it']
  const path = `${pathOf(namespace)}/holds`
  await cluster.api.create(pathOf(namespace), { metadata: { name: 'holds', finalizers } })
  await cluster.api.delete(`/api/v1/namespaces/${namespace}`)
  const statuses: number[] = []
  const client = createKubeClient(cluster.kubeConfig(), { onAnswer: ({ status }) => void statuses.push(status) })
  const faults: unknown[] = []
  const events = createEventRecorder(client, { ...OPTIONS, onFault: (error) => void faults.push(error) })
  const regarding = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'holds' }
  events.emit({ regarding, type: 'Normal', reason: 'Test', action: 'Test', note: 'late' })
  await expect.poll(() => faults).toHaveLength(1)
  expect(faults[0]).toMatchObject({ status: 403, causes: ['NamespaceTerminating'] })
  const refused = client.apply(`${pathOf(namespace)}/new`, configMap('new', '1'), { fieldManager: 'test' })
  await expect(refused).rejects.toBeInstanceOf(KubeError)
  await events.close()
  expect(statuses).toEqual([403, 403])
  await cluster.api.merge(path, { metadata: { finalizers: null } })
  await client.close()
})

/** What pods run, and how they are told of a new bundle. */

import { expect } from 'vitest'
import { startPodWithSidecar } from '../support/kube/explain.ts'
import { operatorIn } from '../support/kube/operator.ts'
import { test, writesOf } from '../support/kube/operator-test.ts'
import {
  conditionsOf,
  createPolicy,
  injectedPod,
  policyPath,
  programmedIn,
  runPod,
  statusOf,
} from '../support/kube/policies.ts'
import { printSeconds } from '../support/kube/print-measured.ts'
import { startRecordingProxy } from '../support/kube/recording-proxy.ts'

const APP = { app: 'api' }

test('a status counts the pods that do not run the policy yet, as their sidecars report it', async ({
  cluster,
  namespace,
  operator,
  onTestFinished,
}) => {
  const { api } = cluster
  await createPolicy(api, namespace, 'a', { selector: { matchLabels: APP } })
  await expect.poll(() => programmedIn(api, namespace)).toEqual([`${namespace}.a`])
  const pods = await Promise.all(
    [2, 3].map((i) => startPodWithSidecar(cluster, { namespace, name: `api-${i}`, labels: APP }, `127.0.0.${i}`)),
  )
  onTestFinished(async () => {
    await Promise.all(pods.map((pod) => pod.close()))
  })
  // Nobody listens there.
  await api.create(`/api/v1/namespaces/${namespace}/pods`, injectedPod('silent', APP))
  await runPod(api, namespace, 'silent', '127.0.0.4')
  await expect.poll(() => programmedMessage(api, namespace)).toBe('1 pods did not say what they run')
  await expect.poll(() => statusOf(api, namespace, 'a')).toMatchObject({ pods: { matched: 3, stale: 0 } })

  await api.merge(policyPath(namespace, 'a'), { spec: { compression: { mode: 'Audit' } } })
  await expect.poll(() => statusOf(api, namespace, 'a')).toMatchObject({ pods: { matched: 3, stale: 2 } })
  await pods[0]!.refreshVolume()
  const refreshedAt = performance.now()
  await expect.poll(() => statusOf(api, namespace, 'a'), { timeout: 70_000 }).toMatchObject({ pods: { stale: 1 } })
  printSeconds('a pod counted as up to date after its volume', refreshedAt)
  await pods[1]!.refreshVolume()
  await expect.poll(() => statusOf(api, namespace, 'a'), { timeout: 70_000 }).toMatchObject({ pods: { stale: 0 } })
  expect(await operator.metrics()).toMatch(/m2m_operator_looks_total\{result="silent"\} \d/)
})

async function programmedMessage(api: Parameters<typeof statusOf>[0], namespace: string): Promise<string | undefined> {
  const { conditions = [] } = await statusOf(api, namespace, 'a')
  return conditions.find(({ type }) => type === 'Programmed')?.message
}

test('pods that were made with other static fields need a restart, and the status says so until they are gone', async ({
  cluster,
  namespace,
  operator,
}) => {
  const { api } = cluster
  await createPolicy(api, namespace, 'a', { sidecar: { logLevel: 'debug' } })
  const pods = `/api/v1/namespaces/${namespace}/pods`
  await api.create(pods, injectedPod('old', {}, { 'm2m.io/static-hash': '0000000000000000' }))
  await expect.poll(() => conditionsOf(api, namespace, 'a')).toMatch(/RestartRequired=True\/StaticFieldsChanged/)
  await api.call('DELETE', `${pods}/old?gracePeriodSeconds=0`)
  await expect.poll(() => conditionsOf(api, namespace, 'a')).toMatch(/RestartRequired=False\/UpToDate/)
  await operator.idle()
})

test('each live pod of a changed bundle is told of it by one annotation, where that is switched on', async ({
  cluster,
  home,
  namespace,
  onTestFinished,
}) => {
  const { api } = cluster
  const proxy = await startRecordingProxy(cluster)
  onTestFinished(() => proxy.close())
  const operator = await operatorIn(cluster, home, {
    hotReload: { nudge: true, resize: false, perSecond: 50 },
    kubeconfigOptions: { url: proxy.url },
  })
  onTestFinished(() => operator.close())
  await createPolicy(api, namespace, 'a', {})
  await expect.poll(() => programmedIn(api, namespace)).toEqual([`${namespace}.a`])
  const pods = `/api/v1/namespaces/${namespace}/pods`
  for (let i = 0; i < 30; i++) await api.create(pods, injectedPod(`p${i}`))
  await expect.poll(() => statusOf(api, namespace, 'a')).toMatchObject({ pods: { matched: 30 } })
  const before = writesOf(proxy).length
  await api.merge(policyPath(namespace, 'a'), { spec: { compression: { mode: 'Audit' } } })
  const told = (): readonly string[] =>
    writesOf(proxy)
      .slice(before)
      .filter((write) => write.includes(`${pods}/`))
  await expect.poll(() => told().length).toBe(30)
  expect(new Set(told()).size).toBe(30)
  await operator.idle()
  const { items } = await api.get<{ items: { metadata: { annotations: Record<string, string> } }[] }>(pods)
  const revs = items.map(({ metadata }) => metadata.annotations['m2m.io/config-rev'])
  expect(new Set(revs).size).toBe(1)
  expect(revs[0]).toMatch(/^[0-9a-f]{16}$/)
  expect(told()).toHaveLength(30)
})

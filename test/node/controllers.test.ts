/** Injected pods as real controllers make them: of Deployments and Jobs, on a node that kwok plays. */

import { afterAll, beforeAll, expect } from 'vitest'
import { startActingCluster } from '../support/kube/acting-cluster.ts'
import type { AdminApi, Json } from '../support/kube/admin-api.ts'
import type { ControlPlane } from '../support/kube/control-plane.ts'
import { ASKS, initContainersOf } from '../support/kube/injector.ts'
import { test as injectorTest, READY } from '../support/kube/injector-test.ts'
import { operatorIn } from '../support/kube/operator.ts'
import { writesOf } from '../support/kube/operator-test.ts'
import { createPolicy, eventsIn, programmedIn } from '../support/kube/policies.ts'
import { printSeconds } from '../support/kube/print-measured.ts'
import { startRecordingProxy } from '../support/kube/recording-proxy.ts'

const SOON = { timeout: 60_000, interval: 100 }

let acting: ControlPlane | string = 'not started'

beforeAll(async () => {
  acting = await startActingCluster()
})

afterAll(async () => {
  if (typeof acting !== 'string') await acting.close()
})

const test = injectorTest.extend<{ cluster: ControlPlane }>({
  cluster: async ({ skip }, use) => {
    if (typeof acting === 'string') return skip(acting)
    await use(acting)
  },
})

test('the pods of a Deployment and of a Job that ask for a sidecar have one, and run', async ({
  cluster: { api },
  namespace,
  injector: _,
}) => {
  await api.create(deployments(namespace), deployment('web', 3))
  const job = {
    backoffLimit: 0,
    template: { ...template('job'), spec: { ...template('job').spec, restartPolicy: 'Never' } },
  }
  await api.create(`/apis/batch/v1/namespaces/${namespace}/jobs`, { metadata: { name: 'job' }, spec: job })
  await expect.poll(() => readyOf(api, namespace, 'web'), SOON).toBe(3)
  await expect.poll(() => succeededOf(api, namespace, 'job'), SOON).toBe(1)
  const pods = await podsIn(api, namespace)
  expect(pods.map(initContainersOf)).toEqual(pods.map(() => ['m2m-proxy Always']))
  expect(pods).toHaveLength(4)
})

test('20: what the guard refuses is told where the Deployment’s owner looks', async ({
  cluster: { api },
  namespace,
  admit,
}) => {
  await admit({ values: ['injector.withoutSidecar=Deny'] })
  // A guard is in force a moment after it was made.
  const body = { metadata: { name: 'try', ...ASKS }, spec: template('try').spec }
  const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`
  await expect.poll(async () => (await api.call('POST', path, { body })).status, SOON).toBe(403)
  await api.create(deployments(namespace), deployment('web', 1))
  const told = expect.objectContaining({
    reason: 'FailedCreate',
    note: expect.stringContaining('this pod has no M2M sidecar, although it asks for one (m2m.io/inject: "true")'),
    regarding: expect.objectContaining({ kind: 'ReplicaSet' }),
  })
  await expect.poll(() => eventsIn(api, namespace), SOON).toContainEqual(told)
  await expect.poll(() => failureOf(api, namespace, 'web'), SOON).toContain('this pod has no M2M sidecar')
  expect(await podsIn(api, namespace)).toEqual([])
})

test('24: a namespace with policies goes although no operator runs', async ({ cluster: { api }, home: _ }) => {
  const name = 'going'
  await api.create('/api/v1/namespaces', { metadata: { name } })
  for (const policy of ['a', 'b', 'c']) await createPolicy(api, name, policy, {})
  const begun = performance.now()
  await api.delete(`/api/v1/namespaces/${name}`)
  await expect.poll(async () => (await api.call('GET', `/api/v1/namespaces/${name}`)).status, SOON).toBe(404)
  printSeconds('24: a namespace with three policies is gone', begun)
})

test('29: 200 pods that are all made anew cause no write of a bundle', async ({
  cluster,
  home,
  namespace,
  injector: _,
  onTestFinished,
}) => {
  const { api } = cluster
  const proxy = await startRecordingProxy(cluster)
  const operator = await operatorIn(cluster, home, { kubeconfigOptions: { url: proxy.url } })
  onTestFinished(async () => {
    await operator.close()
    await proxy.close()
  })
  await createPolicy(api, namespace, 'a', { selector: { matchLabels: { app: 'web' } } })
  await expect.poll(() => programmedIn(api, namespace), READY).toEqual([`${namespace}.a`])
  await api.create(deployments(namespace), deployment('web', 200))
  await expect.poll(() => readyOf(api, namespace, 'web'), { timeout: 150_000, interval: 500 }).toBe(200)
  const old = new Set((await podsIn(api, namespace)).map(nameOf))
  const before = bundleWrites().length

  const begun = performance.now()
  await api.delete(`/api/v1/namespaces/${namespace}/pods`)
  await expect.poll(() => newPods(), { timeout: 150_000, interval: 500 }).toBe(200)
  printSeconds('200 injected pods made anew', begun)
  expect(bundleWrites().slice(before)).toEqual([])

  function bundleWrites(): readonly string[] {
    return writesOf(proxy).filter((write) => write.includes('/configmaps/'))
  }

  /** That run. */
  async function newPods(): Promise<number> {
    const pods = await podsIn(api, namespace)
    return pods.filter((pod) => !old.has(nameOf(pod)) && (pod['status'] as Json)['phase'] === 'Running').length
  }
})

function deployments(namespace: string): string {
  return `/apis/apps/v1/namespaces/${namespace}/deployments`
}

function deployment(name: string, replicas: number): object {
  const selector = { matchLabels: { app: name } }
  return { metadata: { name }, spec: { replicas, selector, template: template(name) } }
}

function template(app: string): { readonly metadata: object; readonly spec: object } {
  return { metadata: { labels: { app }, ...ASKS }, spec: { containers: [{ name: 'app', image: 'app:1' }] } }
}

async function readyOf(api: AdminApi, namespace: string, name: string): Promise<unknown> {
  const { status } = await api.get<{ status: Json }>(`${deployments(namespace)}/${name}`)
  return status['readyReplicas']
}

/** The message of the condition that says that pods cannot be made. */
async function failureOf(api: AdminApi, namespace: string, name: string): Promise<string> {
  const { status } = await api.get<{ status: { conditions?: readonly { type: string; message: string }[] } }>(
    `${deployments(namespace)}/${name}`,
  )
  return status.conditions?.find(({ type }) => type === 'ReplicaFailure')?.message ?? ''
}

async function succeededOf(api: AdminApi, namespace: string, name: string): Promise<unknown> {
  const { status } = await api.get<{ status: Json }>(`/apis/batch/v1/namespaces/${namespace}/jobs/${name}`)
  return status['succeeded']
}

async function podsIn(api: AdminApi, namespace: string): Promise<readonly Json[]> {
  return (await api.get<{ items: readonly Json[] }>(`/api/v1/namespaces/${namespace}/pods`)).items
}

function nameOf(pod: Json): string {
  return String((pod['metadata'] as Json)['name'])
}

/** The chart on a real API server: every object is taken, and the operator can do all it must and nothing else. */

import { expect } from 'vitest'
import { kubectlBinaries } from '../../scripts/kube/binaries.ts'
import { applyObject, type ChartObject, renderChart } from '../support/kube/chart.ts'
import { test } from '../support/kube/chart-test.ts'
import { startOperatorProcess } from '../support/kube/operator-process.ts'
import {
  conditionsOf,
  createPolicy,
  eventsIn,
  injectedPod,
  policyPath,
  programmedIn,
} from '../support/kube/policies.ts'

/** The operator alone: charts/ beside this file has the rest. */
const OPERATOR = ['crds.enabled=false', 'injector.mode=disabled']
const ALL = [...OPERATOR, 'hotReload.nudge=true', 'hotReload.podsPerSecond=50', 'networkPolicy.enabled=true']
const SLOW = { timeout: 60_000 }

test('the operator of the chart does its work with its own permissions, and cannot change a pod beyond its nudge', async ({
  cluster,
  home,
  namespace,
  apply,
  skip,
  onTestFinished,
}) => {
  const { api } = cluster
  const binaries = await kubectlBinaries()
  if (typeof binaries === 'string') return skip(binaries)
  const objects = await renderChart(binaries.helm, { namespace: home, values: ALL })
  expect(objects.map(({ kind }) => kind).sort()).toEqual([
    'ClusterRole',
    'ClusterRole',
    'ClusterRole',
    'ClusterRoleBinding',
    'Deployment',
    'NetworkPolicy',
    'PodDisruptionBudget',
    'Role',
    'RoleBinding',
    'ServiceAccount',
    'ValidatingAdmissionPolicy',
    'ValidatingAdmissionPolicyBinding',
  ])
  await apply(objects)
  const { status } = await api.create<{ status: { token: string } }>(
    `/api/v1/namespaces/${home}/serviceaccounts/m2m-operator/token`,
    { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
  )
  const user = { name: 'operator', token: status.token }
  const operator = await startOperatorProcess(cluster.kubeconfig({ user, namespace: home }), {
    POD_NAMESPACE: home,
    ...variablesOf(objects),
  })
  onTestFinished(() => operator.remove())

  const pods = `/api/v1/namespaces/${namespace}/pods`
  await api.create(pods, injectedPod('one', { app: 'api' }))
  await createPolicy(api, namespace, 'a', {})
  await expect.poll(() => programmedIn(api, namespace), SLOW).toEqual([`${namespace}.a`])
  await expect.poll(() => conditionsOf(api, namespace, 'a')).toMatch(/Programmed=True/)
  await expect.poll(() => annotationOf('one')).toMatch(/^[0-9a-f]{16}$/)
  await api.merge(`/api/v1/namespaces/${namespace}/configmaps/m2m-bundle`, { data: { 'index.json': '{}' } })
  await expect.poll(() => programmedIn(api, namespace)).toEqual([`${namespace}.a`])
  await expect.poll(async () => (await eventsIn(api, namespace)).map(({ reason }) => reason)).toContain('DriftRepaired')
  await api.call('DELETE', `${pods}/one?gracePeriodSeconds=0`)
  await api.delete(policyPath(namespace, 'a'))
  await expect.poll(() => programmedIn(api, namespace)).toBeUndefined()
  expect(await operator.text()).not.toContain('"status":403')

  // What a stolen token could try.
  await api.create(pods, injectedPod('two', {}, { mine: 'yes' }))
  const thief = cluster.as(user)
  const attempt = async (path: string, patch: object): Promise<string> => {
    const options = { body: patch, contentType: 'application/strategic-merge-patch+json' }
    const { status: code, body } = await thief.call('PATCH', path, options)
    return `${code} ${String(body['message'] ?? '')}`
  }
  const two = `${pods}/two`
  const refused = /^(403|422) .*m2m-operator-nudge.*the operator of M2M may/
  expect(await attempt(two, { metadata: { annotations: { 'm2m.io/config-rev': 'abc' } } })).toMatch(/^200/)
  expect(await attempt(two, { spec: { containers: [{ name: 'app', image: 'evil:1' }] } })).toMatch(refused)
  expect(await attempt(two, { metadata: { annotations: { other: 'x' } } })).toMatch(refused)
  expect(await attempt(two, { metadata: { annotations: { mine: null } } })).toMatch(refused)
  expect(await attempt(two, { metadata: { labels: { a: 'b' } } })).toMatch(refused)
  expect(await attempt(two, { metadata: { finalizers: ['m2m.io/x'] } })).toMatch(refused)
  for (const path of [
    `/api/v1/namespaces/${namespace}/secrets`,
    `/api/v1/namespaces/${namespace}/configmaps/another`,
    `/api/v1/namespaces/kube-system/configmaps/another`,
    `/api/v1/configmaps?labelSelector=m2m.io/bundle%3Dtrue`,
  ]) {
    expect((await thief.call('GET', path)).status).toBe(403)
  }
  // Read before it is kept, where its policies have become too large. The pod brings it back.
  const bundle = `/api/v1/namespaces/${namespace}/configmaps/m2m-bundle`
  await expect.poll(async () => (await thief.call('GET', bundle)).status).toBe(200)
  const another = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'another' } }
  expect((await thief.call('POST', `/api/v1/namespaces/${namespace}/configmaps`, { body: another })).status).toBe(403)
  expect((await thief.call('DELETE', two)).status).toBe(403)

  async function annotationOf(name: string): Promise<string | undefined> {
    const pod = await api.get<{ metadata: { annotations?: Record<string, string> } }>(`${pods}/${name}`)
    return pod.metadata.annotations?.['m2m.io/config-rev']
  }
})

test('its pods are restricted ones, and without the nudge it may not patch pods at all', async ({
  cluster,
  namespace,
  skip,
}) => {
  const binaries = await kubectlBinaries()
  if (typeof binaries === 'string') return skip(binaries)
  const objects = await renderChart(binaries.helm, { namespace, values: OPERATOR })
  const roles = JSON.stringify(objects.filter(({ kind }) => kind === 'ClusterRole'))
  expect(roles).not.toMatch(/"pods"\],"verbs":\["patch/)
  expect(objects.some(({ kind }) => kind === 'ValidatingAdmissionPolicy')).toBe(false)
  const { api } = cluster
  const enforce = { 'pod-security.kubernetes.io/enforce': 'restricted' }
  await api.merge(`/api/v1/namespaces/${namespace}`, { metadata: { labels: enforce } })
  const account = objects.find(({ kind }) => kind === 'ServiceAccount')!
  await applyObject(api, account)
  const { spec } = deploymentOf(objects).spec.template
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'operator' }, spec }
  const { status, body } = await api.call('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, { body: pod })
  expect([status, body['message']]).toEqual([201, undefined])
  expect(spec.containers[0]?.securityContext).toMatchObject({ readOnlyRootFilesystem: true })
})

test('values that the API server would refuse, or that nobody reads, are refused by Helm', async ({ skip }) => {
  const binaries = await kubectlBinaries()
  if (typeof binaries === 'string') return skip(binaries)
  const render = (value: string): Promise<readonly ChartObject[]> =>
    renderChart(binaries.helm, { namespace: 'm2m', values: [value] })
  for (const deployment of (await render('crds.enabled=false')).filter(({ kind }) => kind === 'Deployment')) {
    const values = deployment.metadata.name.replace('m2m-', '')
    // Twice the same name: server-side apply refuses the whole Deployment.
    for (const { name } of deploymentOf([deployment]).spec.template.spec.containers[0]!.env) {
      await expect(render(`${values}.env.${name}=x`), name).rejects.toThrow(name)
    }
  }
  for (const value of [
    'operator.env.M2M_OPERATOR_PORT=x',
    String.raw`operator.podLabels.app\.kubernetes\.io/name=x`,
    'operator.replica=3',
    'hotreload.nudge=true',
    'hotReload.podsPerSecond=51',
    'injector.mode=Webhook',
    'injector.failurePolicy=ignore',
    'injector.excludedNamespaces={Not_A_Name}',
    'sidecar.image.digest=abc',
    // The variables of the application would point at another port.
    'sidecar.env.M2M_PROXY_PORT=x',
    'tls.externalsecret=x',
  ]) {
    await expect(render(value), value).rejects.toThrow(/specifications of the schema/)
  }
})

test('a list or a map that a file of values names and leaves empty is one without entries', async ({ skip }) => {
  const binaries = await kubectlBinaries()
  if (typeof binaries === 'string') return skip(binaries)
  for (const mode of ['webhook', 'policy']) {
    const base = ['crds.enabled=false', `injector.mode=${mode}`]
    const usual = await renderChart(binaries.helm, { namespace: 'm2m', values: base })
    for (const name of ['sidecar.env', 'injector.excludedNamespaces', 'operator.imagePullSecrets', 'injector.env']) {
      const values = [...base, `${name}=null`]
      expect(await renderChart(binaries.helm, { namespace: 'm2m', values }), name).toEqual(usual)
    }
  }
})

interface Deployment {
  readonly spec: { readonly template: { readonly spec: PodSpec } }
}

interface PodSpec {
  readonly containers: readonly {
    readonly env: readonly { readonly name: string; readonly value?: string }[]
    readonly securityContext: object
  }[]
}

function deploymentOf(objects: readonly ChartObject[]): Deployment {
  return objects.find(({ kind }) => kind === 'Deployment') as unknown as Deployment
}

/** The variables that the Deployment sets, but for those of the pod. */
function variablesOf(objects: readonly ChartObject[]): Record<string, string> {
  const { env } = deploymentOf(objects).spec.template.spec.containers[0]!
  return Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])))
}

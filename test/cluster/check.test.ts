/** `m2m check --cluster` as a person runs it: against a cluster without M2M, with it, and with few permissions. */

import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { kubectlBinaries } from '../../scripts/kube/binaries.ts'
import type { Finding } from '../../src/cli/check/finding.ts'
import { DEFAULT_SETTINGS } from '../../src/cli/inject/settings.ts'
import { injectPod } from '../../src/core/inject/index.ts'
import { createAuthority } from '../support/certificates.ts'
import { applyObject, renderChart } from '../support/kube/chart.ts'
import { m2m } from '../support/kube/cli.ts'
import type { Cluster, KubeUser } from '../support/kube/cluster.ts'
import { test } from '../support/kube/operator-test.ts'
import { createPolicy, injectedPod, policyPath, programmedIn } from '../support/kube/policies.ts'
import { CONFIGURATION } from '../support/kube/webhook-configuration.ts'

test('a cluster without M2M is told what is missing, and the exit code is 1', async ({ ownControlPlane: plane }) => {
  await plane.api.create('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })
  const told = await m2m(plane, ['check', '--cluster'])
  expect([told.stderr, told.code]).toEqual(['', 1])
  expect(told.stdout).toMatch(/^ok {8}API server {6}Kubernetes v1\.\d+/m)
  expect(told.stdout).toMatch(
    /^FAILED {4}definition {6}the cluster does not know M2MPolicy\n {26}-> install the chart/m,
  )
  expect(told.stdout).toMatch(/^FAILED {4}operator {8}namespace m2m-system has no Deployment m2m-operator/m)
  expect(told.stdout).toMatch(/^FAILED {4}injector {8}namespace m2m-system has no Deployment m2m-injector/m)
  expect(told.stdout).toMatch(/^FAILED {4}webhook {9}there is no MutatingWebhookConfiguration m2m-injector/m)
  expect(told.stdout).toMatch(/^FAILED {4}injection {7}a pod made for trial in default gets no sidecar/m)
  expect(told.stdout).toMatch(/^warning {3}guard {11}there is no ValidatingAdmissionPolicy m2m-injected/m)
  expect((await plane.api.get<{ items: object[] }>('/api/v1/pods')).items).toEqual([])
})

test('a pod made for trial shows whether the injector is reached and trusted', async ({
  ownControlPlane: plane,
  skip,
}) => {
  await plane.api.create('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })
  const injector = await startInjector(plane)
  try {
    await configureWebhook(plane, injector.port, plane.authority.cert)
    expect(await states(plane, [])).toMatchObject({
      webhook: 'ok',
      certificates: 'ok',
      injection: 'ok',
      guard: 'warning',
    })

    const other = await createAuthority()
    await configureWebhook(plane, injector.port, other.cert, 'Fail')
    const untrusted = await findings(plane, [])
    expect(untrusted.find(({ check }) => check === 'injection')).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('certificate signed by unknown authority'),
    })
  } finally {
    await injector.close()
  }
  await configureWebhook(plane, injector.port, plane.authority.cert)
  expect(await states(plane, [])).toMatchObject({ webhook: 'ok', injection: 'failed' })

  const programs = await kubectlBinaries()
  if (typeof programs === 'string') return skip(programs)
  await plane.api.delete(CONFIGURATION)
  const values = ['injector.mode=policy', 'sidecar.image.repository=m2m']
  const chart = await renderChart(programs.helm, { namespace: 'm2m-system', values })
  for (const object of chart.filter(({ kind }) => /AdmissionPolicy/.test(kind))) await applyObject(plane.api, object)
  await expect.poll(() => states(plane, []), { timeout: 30_000 }).toMatchObject({ injection: 'ok' })
  const withoutServer = await states(plane, [])
  expect(withoutServer).toMatchObject({ webhook: 'ok', guard: 'ok' })
  expect(withoutServer).not.toHaveProperty('injector')
})

test('policies, bundles and pods are held against each other', async ({ cluster, operator, home, namespace }) => {
  await createPolicy(cluster.api, namespace, 'all', {})
  await createPolicy(cluster.api, namespace, 'api', { selector: { matchLabels: { app: 'api' } } })
  await cluster.api.create(podsOf(namespace), pod('fresh', { labels: { app: 'api' } }))
  await expect.poll(() => programmedIn(cluster.api, namespace)).toHaveLength(2)
  await operator.idle()
  const args = ['-n', namespace, '--operator-namespace', home]
  expect(await states(cluster, args)).toMatchObject({
    'operator lease': 'ok',
    policies: 'ok',
    bundles: 'ok',
    pods: 'ok',
  })

  await operator.close()
  await cluster.api.merge(policyPath(namespace, 'api'), { spec: { compression: { mode: 'Audit' } } })
  await cluster.api.create(podsOf(namespace), pod('old', { annotations: { 'm2m.io/static-hash': 'other' } }))
  await cluster.api.create(podsOf(namespace), bare('asks', { 'm2m.io/inject': 'true' }))
  await cluster.api.create(podsOf(namespace), bare('refuses', { 'm2m.io/inject': 'false' }))
  const skipped = { 'm2m.io/inject': 'true', 'm2m.io/status': 'skipped: HostNetwork: it uses the network of its node' }
  await cluster.api.create(podsOf(namespace), bare('cannot', skipped))
  await cluster.api.create(podsOf(namespace), pod('stuck', {}))
  const waiting = { name: 'm2m-proxy', state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } } }
  await cluster.api.merge(`${podsOf(namespace)}/stuck/status`, {
    status: { initContainerStatuses: [{ ...waiting, ready: false, restartCount: 0, image: 'm2m', imageID: '' }] },
  })

  const found = await findings(cluster, args)
  const said = (state: string): string =>
    found
      .filter((each) => each.state === state)
      .map(({ message }) => message)
      .join('\n')
  expect(said('failed')).toContain(`the bundles of 1 of 1 namespaces: ${namespace} (behind its policies)`)
  expect(said('failed')).toContain(`1 ask for a sidecar and have none: ${namespace}/asks`)
  expect(said('failed')).toContain(`1 have a sidecar that does not run: ${namespace}/stuck (SidecarNotStarted)`)
  expect(said('warning')).toContain(`1 ask for a sidecar and cannot have one: ${namespace}/cannot (HostNetwork: `)
  expect(said('warning')).toContain(`1 are behind: ${namespace}/old (the next pod gets other settings by its policy)`)
  expect(said('warning')).toContain(`1 of 2 policies: ${namespace}/api (no operator has looked at it)`)
  expect(said('failed') + said('warning')).not.toMatch(/refuses|fresh/)
})

test('a pod whose namespace asks counts too, and one that has ended does not', async ({ cluster, home, namespace }) => {
  await cluster.api.merge(`/api/v1/namespaces/${namespace}`, { metadata: { labels: { 'm2m.io/inject': 'true' } } })
  await cluster.api.create(podsOf(namespace), bare('asks', {}))
  await cluster.api.create(podsOf(namespace), bare('done', {}))
  await cluster.api.merge(`${podsOf(namespace)}/done/status`, { status: { phase: 'Succeeded' } })
  const found = await findings(cluster, ['-n', namespace, '--operator-namespace', home])
  expect(found.filter(({ check }) => check === 'pods').map(({ message }) => message)).toEqual([
    `1 ask for a sidecar and have none: ${namespace}/asks`,
  ])
})

test('what may not be read is said, and is no failure of the cluster', async ({ cluster, home, namespace }) => {
  const user = await cluster.user('somebody')
  await cluster.grant(namespace, user, [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }])
  const found = await states(cluster, ['-n', namespace, '--operator-namespace', home], user)
  expect(found).toEqual({
    'API server': 'ok',
    definition: 'unknown',
    operator: 'unknown',
    'operator lease': 'unknown',
    injector: 'unknown',
    'injector lease': 'unknown',
    webhook: 'unknown',
    injection: 'unknown',
    guard: 'unknown',
    policies: 'unknown',
    bundles: 'unknown',
    pods: 'unknown',
  })
  expect((await m2m(cluster, ['check', '--cluster', '-n', namespace], { kubeconfig: { user } })).code).toBe(0)
})

test('without --cluster, or without a cluster, it says what to do', async ({ cluster }) => {
  const bare = await m2m(cluster, ['check'])
  expect([bare.code, bare.stderr]).toEqual([2, expect.stringContaining('it checks a cluster, with --cluster')])
  const away = await m2m(cluster, ['check', '--cluster'], { kubeconfig: { url: 'https://127.0.0.1:1' } })
  expect([away.code, away.stderr]).toEqual([1, expect.stringContaining('asking the API server for its version failed')])
})

function podsOf(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/pods`
}

function pod(name: string, { labels = {}, annotations = {} }: { labels?: object; annotations?: object }): object {
  const injected = injectedPod(name, labels as Record<string, string>, annotations) as { spec: object }
  const initContainers = [{ name: 'm2m-proxy', image: 'm2m', restartPolicy: 'Always' }]
  return { ...injected, spec: { ...injected.spec, initContainers } }
}

function bare(name: string, annotations: Readonly<Record<string, string>>): object {
  return { metadata: { name, annotations }, spec: { containers: [{ name: 'app', image: 'app' }] } }
}

async function findings(cluster: Cluster, args: readonly string[], user?: KubeUser): Promise<Finding[]> {
  const kubeconfig = user === undefined ? {} : { user }
  const { stdout, stderr } = await m2m(cluster, ['check', '--cluster', '--json', ...args], { kubeconfig })
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

async function states(cluster: Cluster, args: readonly string[], user?: KubeUser): Promise<Record<string, string>> {
  return Object.fromEntries((await findings(cluster, args, user)).map(({ check, state }) => [check, state]))
}

/** A webhook that does what the injector does, and no more. */
async function startInjector(plane: Cluster): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer(await plane.authority.issue({ names: ['127.0.0.1'] }), async (request, response) => {
    const { request: review } = JSON.parse(await text(request))
    const injection = injectPod(review.object, {
      namespace: { name: review.namespace, labels: {} },
      policy: undefined,
      settings: DEFAULT_SETTINGS,
    })
    const patch = 'patch' in injection ? injection.patch : []
    const answer = { uid: review.uid, allowed: true, patchType: 'JSONPatch', patch: btoa(JSON.stringify(patch)) }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

async function configureWebhook(plane: Cluster, port: number, ca: string, failurePolicy = 'Ignore'): Promise<void> {
  await plane.api.call('DELETE', CONFIGURATION)
  await plane.api.create(CONFIGURATION.slice(0, CONFIGURATION.lastIndexOf('/')), {
    metadata: { name: 'm2m-injector' },
    webhooks: [
      {
        name: 'pod.injector.m2m.io',
        clientConfig: { url: `https://127.0.0.1:${port}/inject`, caBundle: btoa(ca) },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        failurePolicy,
        sideEffects: 'None',
        timeoutSeconds: 5,
        admissionReviewVersions: ['v1'],
      },
    ],
  })
  // The API server hears of it by a watch.
  await sleep(2_000)
}

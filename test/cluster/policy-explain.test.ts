/** `m2m policy explain pod/NAME` as a person runs it, against an API server, an operator and the sidecar of a pod. */

import { expect } from 'vitest'
import { explain, reachableAddress, startPodWithSidecar } from '../support/kube/explain.ts'
import { test } from '../support/kube/operator-test.ts'
import { createPolicy, injectedPod, policyPath, programmedIn, runPod } from '../support/kube/policies.ts'
import { installPolicyDefinition } from '../support/kube/policy-definition.ts'

const API = { selector: { matchLabels: { app: 'api' } } }

test('a pod that runs what it should is told with all that decided, and one that does not with the reason', async ({
  cluster,
  operator,
  home,
  namespace,
  skip,
  onTestFinished,
}) => {
  const address = reachableAddress()
  if (address === undefined) return skip('this machine has no address but loopback, to which the API server never goes')
  await createPolicy(cluster.api, namespace, 'all', {})
  await createPolicy(cluster.api, namespace, 'api', { ...API, compression: { mode: 'Audit' } })
  await createPolicy(cluster.api, namespace, 'web', { selector: { matchLabels: { app: 'web' } } })
  await expect.poll(() => programmedIn(cluster.api, namespace)).toHaveLength(3)
  const pod = await startPodWithSidecar(cluster, { namespace, name: 'api-0', labels: { app: 'api' } }, address)
  onTestFinished(() => pod.close())

  const right = await explain(cluster, ['pod/api-0', '-n', namespace])
  expect([right.stderr, right.code]).toEqual(['', 0])
  expect(right.stdout).toContain(`  policy   ${namespace}/api, by Specificity over ${namespace}/all
`)
  expect(right.stdout).toMatch(
    new RegExp(`  runs +${namespace}/api, revision [0-9a-f]{16}, hash [0-9a-f]{12}: as it should`),
  )
  expect(right.stdout).toMatch(new RegExp(`${namespace}/all .* loses by Specificity`))
  expect(right.stdout).toMatch(/not in question: its selector, by the pod's labels: app=web \(it is api\)/)

  // The kubelet has not looked at the ConfigMap since.
  await cluster.api.merge(policyPath(namespace, 'api'), { spec: { compression: { mode: 'Disabled' } } })
  await operator.idle()
  await expect.poll(() => blocksFor(cluster, namespace, 'api-0')).toEqual(['NotYetRead'])
  await pod.refreshVolume()
  await expect.poll(() => blocksFor(cluster, namespace, 'api-0')).toEqual([])

  // Nobody has named the operator's namespace: the bundle tells it.
  const wide = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }
  await createPolicy(cluster.api, home, 'off', { ...wide, scope: 'Override', compression: { mode: 'Disabled' } })
  await expect.poll(() => programmedIn(cluster.api, namespace)).toHaveLength(4)
  await pod.refreshVolume()
  await expect.poll(() => blocksFor(cluster, namespace, 'api-0')).toEqual([])
  const off = await explain(cluster, ['pod/api-0', '-n', namespace], { program: 'kubectl-m2m' })
  expect(off.stdout).toContain(
    `  policy     ${home}/off, by Override over ${namespace}/api\n  providers  of ${namespace}/api\n`,
  )
})

test('what is missing for a pod is named: an operator, a bundle, a sidecar, a restart', async ({
  cluster,
  namespace,
}) => {
  await installPolicyDefinition(cluster.api)
  await createPolicy(cluster.api, namespace, 'all', {})
  const pods = `/api/v1/namespaces/${namespace}/pods`
  await cluster.api.create(pods, injectedPod('api-0', {}, { 'm2m.io/static-hash': 'other' }))
  await cluster.api.create(pods, { metadata: { name: 'bare' }, spec: { containers: [{ name: 'app', image: 'app' }] } })
  expect(await blocksFor(cluster, namespace, 'bare')).toEqual(['NotInjected'])
  expect(await blocksFor(cluster, namespace, 'api-0')).toEqual([
    'NoBundle',
    'NotObserved',
    'SidecarUnreachable',
    'RestartRequired',
  ])
  const told = await explain(cluster, ['pod/api-0', '-n', namespace])
  expect(told.stdout).toContain(`NotObserved: no operator has looked at ${namespace}/all: is one running?`)
  expect(told.stdout).toContain('  runs     not known: the pod is Pending\n')
  expect(told.code).toBe(1)
})

test('a pod that is not there is told with the nearest name, and a permission that is missing by its name', async ({
  cluster,
  namespace,
}) => {
  await installPolicyDefinition(cluster.api)
  await cluster.api.create(`/api/v1/namespaces/${namespace}/pods`, injectedPod('api-0'))
  const missing = await explain(cluster, ['pod/api-1', '-n', namespace])
  expect(missing.stderr).toBe(`m2m: namespace ${namespace} has no pod "api-1" (did you mean api-0?)\n`)
  expect(missing.code).toBe(1)

  await runPod(cluster.api, namespace, 'api-0', '10.0.0.9')
  const user = await cluster.user('jane')
  const refused = await explain(cluster, ['pod/api-0', '-n', namespace], { user })
  expect(refused.stderr).toMatch(/reading pod .* is not permitted:\n.*User "jane" cannot get resource "pods"/)
  await cluster.grant(namespace, user, [
    { apiGroups: [''], resources: ['pods', 'configmaps'], verbs: ['get'] },
    { apiGroups: ['m2m.io'], resources: ['m2mpolicies'], verbs: ['list'] },
  ])
  const partly = await expectSoon(() => explain(cluster, ['pod/api-0', '-n', namespace], { user }))
  expect(partly.stdout).toMatch(/SidecarUnreachable: .* 403 .*pods\/proxy/)
  expect(partly.stdout).toMatch(/not known:\n +the labels of namespace .*\n +the policies of namespace m2m-system/)
})

test('a pod is told why it has no sidecar: it does not ask, it may have none, or nobody injected it', async ({
  cluster,
  namespace,
}) => {
  const { api } = cluster
  await installPolicyDefinition(api)
  const pods = `/api/v1/namespaces/${namespace}/pods`
  const make = async (name: string, metadata: object, spec: object = {}): Promise<void> => {
    const containers = [{ name: 'app', image: 'app' }]
    await api.create(pods, { metadata: { name, ...metadata }, spec: { containers, ...spec } })
  }
  const why = async (name: string): Promise<string> => {
    const { stdout } = await explain(cluster, [`pod/${name}`, '-n', namespace])
    return /NotInjected: the pod has no sidecar: (.*)/.exec(stdout)?.[1] ?? stdout
  }
  const asks = { annotations: { 'm2m.io/inject': 'true' } }
  await make('silent', {})
  await make('refuses', { labels: { 'm2m.io/inject': 'false' }, ...asks })
  await make('skipped', { annotations: { ...asks.annotations, 'm2m.io/status': 'skipped: HostNetwork: words' } })
  await make('asks', asks)
  await make('own', asks, { initContainers: [{ name: 'm2m-proxy', image: 'mine', restartPolicy: 'Always' }] })
  await make('copied', { labels: { 'm2m.io/injected': 'true' } })
  expect(await why('silent')).toMatch(/^neither the pod nor its namespace/)
  expect(await why('refuses')).toMatch(/the pod says m2m.io\/inject: "false"/)
  expect(await why('skipped')).toMatch(
    /^the pod's annotation .*; the injector left it out: skipped: HostNetwork: words/,
  )
  expect(await why('own')).toMatch(/is its own, not the injector's/)
  expect(await why('copied')).toMatch(/no container m2m-proxy: the label was copied/)
  expect(await why('asks')).toMatch(/^the pod's annotation m2m.io\/inject: "true"; .* none is installed/)

  const webhooks = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'
  await api.create(webhooks, { metadata: { name: 'm2m-injector' }, webhooks: [] })
  try {
    await make('later', asks)
    expect(await why('later')).toMatch(/it did not answer then, and the admission policy m2m-injected.* is not there/)
  } finally {
    await api.call('DELETE', `${webhooks}/m2m-injector`)
  }
  await api.merge(`/api/v1/namespaces/${namespace}`, { metadata: { labels: { 'm2m.io/inject': 'true' } } })
  expect(await why('silent')).toMatch(/^the label m2m.io\/inject: "true" of namespace test-/)
})

test('a sidecar that does not start is told with the words of the kubelet', async ({ cluster, namespace }) => {
  const { api } = cluster
  await installPolicyDefinition(api)
  const path = `/api/v1/namespaces/${namespace}/pods`
  await api.create(path, injectedPod('api-0', {}, { 'm2m.io/inject': 'true' }))
  const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "m2m:1"' }
  const status = { name: 'm2m-proxy', image: 'm2m:1', imageID: '', ready: false, restartCount: 0, state: { waiting } }
  await api.merge(`${path}/api-0/status`, { status: { phase: 'Pending', initContainerStatuses: [status] } })
  const { stdout, code } = await explain(cluster, ['pod/api-0', '-n', namespace])
  expect(stdout).toMatch(/^ {2}sidecar +yes: the pod's annotation m2m.io\/inject: "true"$/m)
  expect(stdout).toMatch(/SidecarNotStarted: .*\(ImagePullBackOff\): Back-off pulling image "m2m:1"; check its image/)
  expect(stdout).not.toContain('SidecarUnreachable')
  expect(code).toBe(1)
})

async function blocksFor(
  cluster: Parameters<typeof explain>[0],
  namespace: string,
  pod: string,
): Promise<readonly string[]> {
  const { stdout, stderr } = await explain(cluster, [`pod/${pod}`, '-n', namespace, '--json'])
  if (stdout === '') throw new Error(stderr)
  const { cluster: told } = JSON.parse(stdout) as { cluster: { blocks: readonly { reason: string }[] } }
  return told.blocks.map(({ reason }) => reason)
}

/** The authorizer learns of a Role a moment later. */
async function expectSoon(ask: () => ReturnType<typeof explain>): ReturnType<typeof explain> {
  await expect.poll(async () => (await ask()).stderr).toBe('')
  return ask()
}

/** The life of a release on a real API server, by both Helms: nothing of it may disturb pods, policies or certificates. */

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { readConfiguration, writeBundle } from '../../../operator/injector/tls/store.ts'
import { createKubeClient } from '../../../src/kube/index.ts'
import type { AdminApi } from '../../support/kube/admin-api.ts'
import { chartObjects, pathOf } from '../../support/kube/chart.ts'
import { test } from '../../support/kube/cluster-test.ts'
import type { ControlPlane } from '../../support/kube/control-plane.ts'
import { HELM_3, HELM_4, type Helm, type HelmVersion, helmFor } from '../../support/kube/helm.ts'
import { createNamespace } from '../../support/kube/namespaces.ts'
import { createPolicy, injectedPod, policyPath } from '../../support/kube/policies.ts'
import { CONFIGURATION } from '../../support/kube/webhook-configuration.ts'

const HOME = 'm2m-system'
const PODS = '/api/v1/namespaces/shop/pods'
const DEFINITION = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/m2mpolicies.m2m.io'
const GUARD = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/m2m-injected'
const OPERATOR = `/apis/apps/v1/namespaces/${HOME}/deployments/m2m-operator`

const CASES: readonly (HelmVersion & { readonly conflict: boolean })[] = [
  { ...HELM_4, conflict: true },
  // It merges by itself what others have changed.
  { ...HELM_3, conflict: false },
]

interface Release {
  readonly cluster: ControlPlane
  readonly api: AdminApi
  readonly helm: Helm
  /** Versions of a pod and of a policy, which nobody may touch. */
  live(): Promise<Map<string, string>>
}

for (const { name, find, conflict } of CASES) {
  test(`30: install, upgrade from N-1, rollback and uninstall under live pods, by ${name}`, async ({
    ownControlPlane: cluster,
    skip,
    onTestFinished,
  }) => {
    const found = await find()
    if (typeof found === 'string') return skip(found)
    const { helm, remove } = await helmFor(found.helm, cluster)
    onTestFinished(remove)
    const older = await olderChart()
    onTestFinished(() => rm(older, { recursive: true }))
    const { api } = cluster
    const live = (): Promise<Map<string, string>> => versionsOf(api, [`${PODS}/live`, policyPath('shop', 'mine')])
    const release = { cluster, api, helm, live }

    await install(release, older)
    const before = await live()
    const refused = await whileCreatingPods(api, async () => {
      await upgrade(release)
      const since = await publishAuthority(cluster)
      await upgradeWithoutChange(release)
      await upgradeAfterEdit(release, conflict)
      expect(await publishedSince(api, since), 'the authority stays').toEqual(new Set([cluster.authority.cert]))
      await rollback(release)
      await upgrade(release)
      await uninstall(release)
    })
    expect(refused, 'pods that ask for nothing').toEqual([])
    expect(await live()).toEqual(before)
  })
}

async function install({ helm, api }: Release, chart: string): Promise<void> {
  await helm('install', 'm2m', chart, '--namespace', HOME, '--create-namespace')
  expect(await shortNames(api)).toBeUndefined()
  await createNamespace(api, 'shop')
  await expect.poll(async () => (await api.call('GET', policyPath('shop'))).status).toBe(200)
  await createPolicy(api, 'shop', 'mine', { compression: { mode: 'Audit' } })
  await api.create(PODS, sidecarPod('live'))
}

async function upgrade({ helm, api }: Release): Promise<void> {
  await helm('upgrade', 'm2m', 'charts/m2m', '--namespace', HOME)
  expect(await shortNames(api), 'the definition is upgraded').toEqual(['m2mp'])
  await expect.poll(() => refusal(api)).toMatch(/has no M2M sidecar, although it asks for one .*-n m2m-system/)
}

async function upgradeWithoutChange({ helm, api }: Release): Promise<void> {
  const before = await objectsOf(helm, api)
  await helm('upgrade', 'm2m', 'charts/m2m', '--namespace', HOME)
  expect(await objectsOf(helm, api), 'a second upgrade changes nothing').toEqual(before)
}

/** Helm 4 tells of the other's edit, and takes the field back when it is told to; Helm 3 asks nobody. */
async function upgradeAfterEdit({ helm, api }: Release, conflict: boolean): Promise<void> {
  await api.call('PATCH', `${OPERATOR}?fieldManager=kubectl-scale`, {
    body: { spec: { replicas: 5 } },
    contentType: 'application/merge-patch+json',
  })
  const scaled = ['upgrade', 'm2m', 'charts/m2m', '--namespace', HOME, '--set', 'operator.replicas=3']
  if (conflict) await expect(helm(...scaled)).rejects.toThrow(/conflict with "kubectl-scale".*\.spec\.replicas/s)
  await helm(...scaled, ...(conflict ? ['--force-conflicts'] : []))
  expect((await api.get<{ spec: { replicas: number } }>(OPERATOR)).spec.replicas).toBe(3)
}

async function rollback({ helm, api }: Release): Promise<void> {
  await helm('rollback', 'm2m', '1', '--namespace', HOME)
  expect(await shortNames(api), 'the definition of then').toBeUndefined()
  expect([(await api.call('GET', CONFIGURATION)).status, (await api.call('GET', GUARD)).status]).toEqual([404, 404])
  await expect.poll(() => refusal(api)).toBe('')
}

async function uninstall({ helm, api, cluster }: Release): Promise<void> {
  const paths = [...(await objectsOf(helm, api)).keys()]
  await helm('uninstall', 'm2m', '--namespace', HOME)
  await expect.poll(() => deletedKinds(cluster)).toContain('services')
  const deleted = await deletedKinds(cluster)
  expect(deleted.lastIndexOf('mutatingwebhookconfigurations')).toBeLessThan(deleted.lastIndexOf('services'))
  for (const path of paths) {
    expect((await api.call('GET', path)).status, path).toBe(path === DEFINITION ? 200 : 404)
  }
  await expect.poll(() => refusal(api), { message: 'nobody asks for a sidecar any more' }).toBe('')
}

/** N-1 with a definition that lacks something: that of the release may be today's. */
async function olderChart(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-chart-'))
  await promisify(execFile)('tar', [
    'xzf',
    join(import.meta.dirname, 'fixtures/m2m-0.1.0.tgz'),
    '-C',
    folder,
    '--strip-components=1',
  ])
  const file = join(folder, 'templates/crds.yaml')
  const text = await readFile(file, 'utf8')
  const older = text.replace(/^ +shortNames:\n +- m2mp\n/m, '')
  expect(older).not.toBe(text)
  await writeFile(file, older)
  return folder
}

function sidecarPod(name: string): object {
  const pod = injectedPod(name, {}, { 'm2m.io/inject': 'true' }) as { spec: object }
  const initContainers = [{ name: 'm2m-proxy', image: 'm2m-sidecar:0.1.0', restartPolicy: 'Always' }]
  return { ...pod, spec: { ...pod.spec, initContainers } }
}

async function versionsOf(api: AdminApi, paths: readonly string[]): Promise<Map<string, string>> {
  const versions = new Map<string, string>()
  for (const path of paths) {
    const { metadata } = await api.get<{ metadata: { uid: string; resourceVersion: string } }>(path)
    versions.set(path, `${metadata.uid}@${metadata.resourceVersion}`)
  }
  return versions
}

async function objectsOf(helm: Helm, api: AdminApi): Promise<Map<string, string>> {
  const objects = chartObjects(await helm('get', 'manifest', 'm2m', '--namespace', HOME))
  return versionsOf(api, objects.map(pathOf))
}

async function shortNames(api: AdminApi): Promise<readonly string[] | undefined> {
  return (await api.get<{ spec: { names: { shortNames?: string[] } } }>(DEFINITION)).spec.names.shortNames
}

/** What the server says to a pod that asks for a sidecar and has none; empty: nothing against it. */
async function refusal(api: AdminApi): Promise<string> {
  const pod = { metadata: { name: 'asks', annotations: { 'm2m.io/inject': 'true' } }, spec: SPEC }
  const { status, body } = await api.call('POST', `${PODS}?dryRun=All`, { body: pod })
  return status === 201 ? '' : String(body['message'])
}

const SPEC = { containers: [{ name: 'app', image: 'app:1' }] }

/** Pods of people who never heard of M2M, one after the other while something else happens. */
async function whileCreatingPods(api: AdminApi, during: () => Promise<void>): Promise<readonly string[]> {
  let isOver = false
  const failures: string[] = []
  const create = async (): Promise<void> => {
    for (let made = 0; !isOver; made++) {
      const { status, body } = await api.call('POST', PODS, {
        body: { metadata: { name: `plain-${made}` }, spec: SPEC },
      })
      if (status !== 201) failures.push(String(body['message']))
    }
  }
  const creating = create()
  try {
    await during()
  } finally {
    isOver = true
    await creating
  }
  return failures
}

interface WatchLine {
  readonly object: Configuration
}

interface Configuration {
  readonly metadata: { readonly resourceVersion: string }
  readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string } }[]
}

/** Writes whom the API server trusts, as the injector does. @returns the version of the object then */
async function publishAuthority({ kubeConfig, authority, api }: ControlPlane): Promise<string> {
  const client = createKubeClient(kubeConfig())
  const configuration = await readConfiguration(client)
  expect(configuration?.webhooks.map(({ webhook, text }) => [webhook, text])).toEqual([
    ['namespace.injector.m2m.io', ''],
    ['pod.injector.m2m.io', ''],
  ])
  await writeBundle(client, configuration!, authority.cert)
  return (await api.get<Configuration>(CONFIGURATION)).metadata.resourceVersion
}

/** Every value that the field had in any webhook, now and in all versions since then. */
async function publishedSince(api: AdminApi, version: string): Promise<Set<string>> {
  const collection = CONFIGURATION.slice(0, CONFIGURATION.lastIndexOf('/'))
  const { body } = await api.call('GET', `${collection}?watch=true&resourceVersion=${version}&timeoutSeconds=1`)
  // One line is JSON, several are text.
  const lines = typeof body['text'] === 'string' ? body['text'].split('\n').filter(Boolean) : [JSON.stringify(body)]
  const versions = lines.map((line) => (JSON.parse(line) as WatchLine).object)
  const all = [...versions, await api.get<Configuration>(CONFIGURATION)]
  return new Set(all.flatMap(({ webhooks }) => webhooks.map(({ clientConfig }) => decoded(clientConfig.caBundle))))
}

function decoded(caBundle = ''): string {
  return Buffer.from(caBundle, 'base64').toString()
}

/** The kinds of the chart's objects in the order in which they were deleted. */
async function deletedKinds({ apiServer }: ControlPlane): Promise<readonly string[]> {
  const events = await apiServer.audited()
  const done = events.filter(({ verb, responseStatus }) => verb === 'delete' && responseStatus?.code === 200)
  return done.flatMap(({ objectRef }) => (objectRef?.name?.startsWith('m2m-') ? [objectRef.resource] : []))
}

/**
 * Patches of the injection, applied by a real API server: each fits its pod, brings no field that the server does not know,
 * and keeps no pod out that would have come in without it.
 */

import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect } from 'vitest'
import { type InjectContext, injectPod, type RawContainer, type RawPod } from '../../src/core/inject/index.ts'
import { createAuthority } from '../support/certificates.ts'
import { applyPatch } from '../support/inject/json-patch.ts'
import { contexts, hardened, likelyPods, SETTINGS } from '../support/inject/pods.ts'
import { type ReviewServer, startReviewServer } from '../support/inject/review-server.ts'
import type { AdminApi, Answer } from '../support/kube/admin-api.ts'
import { test } from '../support/kube/cluster-test.ts'
import { createNamespace, removeNamespace } from '../support/kube/namespaces.ts'
import { printMeasured } from '../support/kube/print-measured.ts'

const PODS = 500
const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'

/** The label by which the test's webhook is asked about a pod. */
const ASK = { 'test.m2m.io/ask': 'true' }

interface Tried {
  readonly pod: RawPod
  readonly context: InjectContext
}

test('500 pods: the API server applies each patch, and all that came in before still do', async ({
  cluster,
  namespace,
}) => {
  const pods = fc.sample(fc.record({ pod: likelyPods, context: contexts }), { numRuns: PODS, seed: 20261 })
  const { api } = cluster
  await withWebhook(api, { namespace, pods }, async () => {
    const tried = await inTurns(pods, (each, index) => tryPod(each, { api, namespace, name: `pod-${index}` }))
    expect(tried.flatMap(({ faults }) => faults)).toEqual([])
    const admitted = tried.filter(({ isAdmitted }) => isAdmitted)
    printMeasured(`${admitted.length} of ${PODS} generated pods are taken without a sidecar, and all of these with one`)
    expect(admitted.length).toBeGreaterThan(PODS / 2)
  })
})

test('28: a namespace with restricted pod security takes every injected pod', async ({ cluster }) => {
  const { api } = cluster
  const namespace = `test-${randomBytes(4).toString('hex')}`
  await createNamespace(api, namespace, { 'pod-security.kubernetes.io/enforce': 'restricted' })
  try {
    const sample = fc.sample(fc.record({ pod: likelyPods, context: contexts }), { numRuns: 100, seed: 28 })
    const pods = sample.map(({ pod, context }) => ({ pod: hardened(pod), context }))
    await withWebhook(api, { namespace, pods }, async () => {
      const tried = await inTurns(pods, (each, index) => tryPod(each, { api, namespace, name: `pod-${index}` }))
      expect(tried.flatMap(({ faults }) => faults)).toEqual([])
      expect(tried.filter(({ isAdmitted }) => isAdmitted).length).toBeGreaterThan(50)
    })
  } finally {
    await removeNamespace(api, namespace)
  }
})

test('the sidecar gets no token of a service account, whatever the server adds to pods that others have changed', async ({
  cluster,
  namespace,
}) => {
  const { api } = cluster
  const pod: RawPod = {
    metadata: { annotations: { 'm2m.io/inject': 'true' } },
    spec: { containers: [{ name: 'app', image: 'example.com/app:1' }] },
  }
  const context: InjectContext = { namespace: { name: namespace, labels: {} }, policy: undefined, settings: SETTINGS }
  await withWebhook(api, { namespace, pods: [{ pod, context }] }, async () => {
    const { body } = await send(api, namespace, named(pod, 'pod-0', ASK))
    const { initContainers = [], containers = [] } = (body as RawPod).spec ?? {}
    const sources = JSON.stringify([initContainers[0]?.['volumeMounts']])
    expect(initContainers[0]?.name).toBe('m2m-proxy')
    expect(JSON.stringify(containers)).toContain('kube-api-access')
    expect(sources).not.toContain('kube-api-access')
  })
})

interface Place {
  readonly api: AdminApi
  readonly namespace: string
  readonly name: string
}

interface Outcome {
  readonly isAdmitted: boolean
  readonly faults: readonly string[]
}

/** Dry runs: the server decides as for a pod that is to be kept. */
async function tryPod({ pod, context }: Tried, { api, namespace, name }: Place): Promise<Outcome> {
  const before = await send(api, namespace, named(withoutOverride(pod), name, {}))
  const after = await send(api, namespace, named(pod, name, ASK))
  const faults: string[] = []
  if (after.status >= 500) faults.push(`${name}: ${said(after)}`)
  if (before.status !== 201) return { isAdmitted: false, faults }
  const injection = injectPod(named(pod, name, ASK), context)
  if (injection.result === 'not-asked') return { isAdmitted: true, faults: [...faults, `${name}: ${injection.reason}`] }
  if (after.status !== 201) faults.push(`${name}: was taken, and with the patch is not: ${said(after)}`)
  // A field that the server does not know is dropped from a patch without a word, and refused in a request of ours.
  const patched = applyPatch(named(pod, name, {}), injection.patch)
  const strict = await send(api, namespace, patched)
  if (strict.status !== 201) faults.push(`${name}: strictly read: ${said(strict)}`)
  const isThere = JSON.stringify(after.body).includes('"name":"m2m-proxy"')
  if (injection.result === 'injected' && !isThere) faults.push(`${name}: has no sidecar`)
  // The server has filled in its defaults: all of ours must still be known as ours.
  const again = injectPod(after.body as RawPod, context)
  if (!('patch' in again) || again.patch.length > 0) faults.push(`${name}: again ${JSON.stringify(again)}`)
  return { isAdmitted: true, faults }
}

/** The server takes no container without an image, which such words about the sidecar do not have. */
function withoutOverride(pod: RawPod): RawPod {
  const { initContainers = [], containers = [], ...rest } = pod.spec ?? {}
  const withImage = (list: readonly RawContainer[]) => list.filter(({ image }) => image !== undefined)
  return { ...pod, spec: { ...rest, initContainers: withImage(initContainers), containers: withImage(containers) } }
}

function send(api: AdminApi, namespace: string, pod: object): Promise<Answer> {
  const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All&fieldValidation=Strict`
  return api.call('POST', path, { body: { apiVersion: 'v1', kind: 'Pod', ...pod } })
}

function named({ metadata, ...rest }: RawPod, name: string, labels: Record<string, string>): RawPod {
  return { ...rest, metadata: { ...metadata, name, labels: { ...metadata?.labels, ...labels } } }
}

function said({ status, body }: Answer): string {
  return `${status} ${String(body['message']).slice(0, 400)}`
}

/** Some at a time: the server asks the webhook for each. */
async function inTurns<T, R>(all: readonly T[], work: (each: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const entries = all.entries()
  const worker = async (): Promise<void> => {
    for (const [index, each] of entries) results[index] = await work(each, index)
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  return results
}

async function withWebhook(
  api: AdminApi,
  { namespace, pods }: { namespace: string; pods: readonly Tried[] },
  work: () => Promise<void>,
): Promise<void> {
  const authority = await createAuthority()
  const certificate = await authority.issue({ names: ['127.0.0.1'] })
  const server = await startReviewServer(certificate, (name) => {
    const found = pods[Number(name.slice('pod-'.length))]
    if (found === undefined) throw new Error(`no pod has the name ${name}`)
    return found.context
  })
  const name = `test-${namespace}`
  try {
    await api.create(CONFIGURATIONS, {
      metadata: { name },
      webhooks: [
        {
          name: 'test.injector.m2m.io',
          clientConfig: {
            url: `https://127.0.0.1:${server.port}/inject`,
            caBundle: Buffer.from(authority.cert).toString('base64'),
          },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
          objectSelector: { matchLabels: ASK },
          failurePolicy: 'Fail',
          reinvocationPolicy: 'IfNeeded',
          sideEffects: 'None',
          timeoutSeconds: 10,
          admissionReviewVersions: ['v1'],
        },
      ],
    })
    // The server takes a new configuration up within a second or so.
    await expect.poll(() => isAsked(api, namespace, server)).toBe(true)
    await work()
  } finally {
    await api.call('DELETE', `${CONFIGURATIONS}/${name}`)
    await server.close()
  }
}

async function isAsked(api: AdminApi, namespace: string, { reviews }: ReviewServer): Promise<boolean> {
  const probe = { spec: { containers: [{ name: 'app', image: 'example.com/app:1' }] } }
  await send(api, namespace, named(probe, 'pod-0', ASK))
  return reviews() > 0
}

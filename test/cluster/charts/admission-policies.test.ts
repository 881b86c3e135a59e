/** The chart's admission policies against the injector's own decisions, which they must share without sharing its code. */

import { expect } from 'vitest'
import { injectPod, type RawPod, type SidecarSettings, wishOf } from '../../../src/core/inject/index.ts'
import { applyPatch } from '../../support/inject/json-patch.ts'
import type { AdminApi } from '../../support/kube/admin-api.ts'
import type { ChartObject } from '../../support/kube/chart.ts'
import { test } from '../../support/kube/chart-test.ts'

const INJECT = 'm2m.io/inject'
const SETTINGS: SidecarSettings = {
  image: 'm2m-sidecar:0.1.0',
  imagePullPolicy: 'IfNotPresent',
  mode: 'Native',
  resources: { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '256Mi' } },
  env: { EXTRA: 'of the chart' },
}

const WORDS = [undefined, 'true', 'false', 'yes'] as const
const OF_NAMESPACE = [undefined, 'true', 'false'] as const

test('m2m-injected refuses a pod without a sidecar exactly where the injector is asked for one', async ({
  cluster: { api },
  namespace,
  render,
  apply,
}) => {
  await apply(ofKind(await render('m2m-system'), /^ValidatingAdmissionPolicy/))
  await untilAnswer(api, namespace, podSaying('true'), /has no M2M sidecar/)
  for (const ofNamespace of OF_NAMESPACE) {
    await label(api, namespace, ofNamespace)
    for (const pod of allSayings()) {
      const { isAsked } = wishOf(pod, labelsOf(ofNamespace))
      await untilAnswer(api, namespace, pod, isAsked ? /has no M2M sidecar, although/ : /^201/)
    }
  }
})

test('m2m-injected lets pods pass that cannot have a sidecar, or have one, and says what to do to the others', async ({
  cluster: { api },
  namespace,
  render,
  apply,
}) => {
  await apply(ofKind(await render('m2m-system'), /^ValidatingAdmissionPolicy/))
  const asks = podSaying('true')
  const proxy = { name: 'm2m-proxy', image: 'm2m-sidecar:1' }
  const withSpec = (spec: object): RawPod => ({ ...asks, spec: { ...asks.spec, ...spec } })
  await untilAnswer(
    api,
    namespace,
    asks,
    /although it asks for one \(m2m.io\/inject: "true"\).*kubectl get pods -n m2m-system.*set the annotation m2m.io\/inject: "false"/,
  )
  const cases: readonly [string, RawPod, RegExp][] = [
    ['of the host network', withSpec({ hostNetwork: true }), /^201/],
    ['of Windows', withSpec({ os: { name: 'windows' } }), /^201/],
    ['for nodes of Windows', withSpec({ nodeSelector: { 'kubernetes.io/os': 'windows' } }), /^201/],
    ['native', withSpec({ initContainers: [{ ...proxy, restartPolicy: 'Always' }] }), /^201/],
    ['classic', withSpec({ containers: [{ name: 'app', image: 'app:1' }, proxy] }), /^201/],
    ['stripped by another webhook', withSpec({ initContainers: [proxy] }), /has no M2M sidecar/],
    [
      'the word for an image that no injector has read',
      withSpec({ initContainers: [{ ...proxy, image: 'auto', restartPolicy: 'Always' }] }),
      /has no M2M sidecar/,
    ],
    [
      'with the status of a template alone',
      { ...asks, metadata: { annotations: { [INJECT]: 'true', 'm2m.io/status': 'injected' } } },
      /has no M2M sidecar/,
    ],
  ]
  for (const [name, pod, answer] of cases) expect(await answerTo(api, namespace, pod), name).toMatch(answer)
})

test('the policy mode asks the same three places, and leaves out whom the injector leaves out', async ({
  cluster: { api },
  namespace,
  render,
  apply,
}) => {
  await apply(ofKind(await render('m2m-system', 'injector.mode=policy'), /^MutatingAdmissionPolicy/))
  await expect.poll(() => hasSidecar(api, namespace, podSaying('true'))).toBe(true)
  for (const ofNamespace of OF_NAMESPACE) {
    await label(api, namespace, ofNamespace)
    for (const pod of allSayings()) {
      await expect
        .poll(() => hasSidecar(api, namespace, pod), { message: JSON.stringify([ofNamespace, pod.metadata]) })
        .toBe(wishOf(pod, labelsOf(ofNamespace)).isAsked)
    }
  }
  const asks = podSaying('true')
  for (const spec of [
    { hostNetwork: true },
    { os: { name: 'windows' } },
    { initContainers: [{ name: 'm2m-proxy', image: 'mine:1', restartPolicy: 'Always' }] },
    {
      containers: [
        { name: 'app', image: 'app:1' },
        { name: 'm2m-proxy', image: 'mine:1' },
      ],
    },
  ]) {
    const made = await dryRun(api, namespace, { ...asks, spec: { ...asks.spec, ...spec } })
    expect(made.metadata?.labels?.['m2m.io/injected'], JSON.stringify(spec)).toBeUndefined()
  }
})

const APP = { name: 'app', image: 'app:1' }
const OWNER = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'api-7d4b9', uid: 'u', controller: true }

/** The same pod in both modes. What differs is told in docs/injector.md. */
const PODS: Readonly<Record<string, RawPod>> = {
  plain: { spec: { containers: [APP] } },
  'variables of the user': {
    spec: {
      containers: [
        { ...APP, env: [{ name: 'OPENAI_BASE_URL', value: 'http://mine' }] },
        {
          ...APP,
          name: 'ref',
          env: [
            { name: 'ANTHROPIC_BASE_URL', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
          ],
        },
        { ...APP, name: 'empty', env: [{ name: 'GROQ_BASE_URL' }] },
        { ...APP, name: 'azure', env: [{ name: 'AZURE_OPENAI_ENDPOINT', value: 'https://a' }] },
      ],
    },
  },
  'init containers, one with envFrom': {
    spec: {
      initContainers: [{ ...APP, name: 'migrate' }],
      containers: [APP, { ...APP, name: 'hidden', envFrom: [{ configMapRef: { name: 'c' } }] }],
    },
  },
  'chosen containers': {
    metadata: { annotations: { 'm2m.io/containers': 'hidden, app' } },
    spec: {
      containers: [APP, { ...APP, name: 'other' }, { ...APP, name: 'hidden', envFrom: [{ secretRef: { name: 's' } }] }],
    },
  },
  'ports that are taken': {
    spec: {
      containers: [
        {
          ...APP,
          ports: [
            { containerPort: 4141, protocol: 'TCP' },
            { containerPort: 4142, protocol: 'TCP' },
          ],
        },
      ],
    },
  },
  'an egress proxy': {
    spec: {
      containers: [
        {
          ...APP,
          env: [
            { name: 'HTTPS_PROXY', value: 'http://proxy:3128' },
            { name: 'NO_PROXY', value: 'intern' },
          ],
        },
        { ...APP, name: 'without', env: [{ name: 'http_proxy', value: 'http://other:3128' }] },
      ],
    },
  },
  Guaranteed: {
    spec: {
      containers: [
        { ...APP, resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1000m', memory: '1Gi' } } },
      ],
    },
  },
  'a workload': {
    metadata: { labels: { 'pod-template-hash': '7d4b9' }, ownerReferences: [OWNER] },
    spec: { containers: [APP] },
  },
  'a CronJob': {
    metadata: { ownerReferences: [{ ...OWNER, apiVersion: 'batch/v1', kind: 'Job', name: 'night-29012345' }] },
    spec: { containers: [APP], restartPolicy: 'Never' },
  },
  'a pod of Istio': {
    metadata: {
      labels: { 'sidecar.istio.io/inject': 'true' },
      annotations: { 'kubectl.kubernetes.io/default-container': 'x' },
    },
    spec: { containers: [APP] },
  },
}

test('a pod of the policy mode is the pod of the webhook', async ({ cluster: { api }, namespace, render, apply }) => {
  const values = ['injector.mode=policy', 'sidecar.env.EXTRA=of the chart']
  await apply(ofKind(await render('m2m-system', ...values), /^MutatingAdmissionPolicy/))
  await expect.poll(() => hasSidecar(api, namespace, podSaying('true'))).toBe(true)
  for (const [name, pod] of Object.entries(PODS)) {
    const annotations = { ...pod.metadata?.annotations, [INJECT]: 'true' }
    const asks: RawPod = { ...pod, metadata: { ...pod.metadata, annotations } }
    const context = { namespace: { name: namespace, labels: {} }, policy: undefined, settings: SETTINGS }
    const injection = injectPod(asks, context)
    expect(injection.result).toBe('injected')
    const patched = applyPatch(asks, 'patch' in injection ? injection.patch : [])
    expect(comparable(await dryRun(api, namespace, asks)), name).toEqual(
      comparable(await dryRun(api, namespace, patched)),
    )
  }
})

test('a volume of the user that has the name of ours stays his, and the sidecar gets another', async ({
  cluster: { api },
  namespace,
  render,
  apply,
}) => {
  await apply(ofKind(await render('m2m-system', 'injector.mode=policy'), /^MutatingAdmissionPolicy/))
  await expect.poll(() => hasSidecar(api, namespace, podSaying('true'))).toBe(true)
  const asks = podSaying('true')
  const volumes = [{ name: 'm2m-policy', emptyDir: {} }]
  const { spec } = await dryRun(api, namespace, { ...asks, spec: { ...asks.spec, volumes } })
  const bundle = spec?.volumes?.find((volume) => 'configMap' in volume)
  expect(spec?.volumes?.[0]).toEqual(volumes[0])
  expect(spec?.initContainers?.[0]?.['volumeMounts']).toContainEqual({
    name: bundle?.name,
    mountPath: '/etc/m2m/policy',
    readOnly: true,
  })
})

function ofKind(objects: readonly ChartObject[], kind: RegExp): readonly ChartObject[] {
  const chosen = objects.filter((object) => kind.test(object.kind) && object.metadata.name.startsWith('m2m-inject'))
  expect(chosen.length).toBe(2)
  return chosen
}

function podSaying(annotation?: string, ofLabel?: string): RawPod {
  return {
    metadata: {
      ...(annotation !== undefined && { annotations: { [INJECT]: annotation } }),
      ...(ofLabel !== undefined && { labels: { [INJECT]: ofLabel } }),
    },
    spec: { containers: [APP] },
  }
}

function allSayings(): readonly RawPod[] {
  return [...WORDS, ''].flatMap((annotation) => WORDS.map((ofLabel) => podSaying(annotation, ofLabel)))
}

function labelsOf(value: string | undefined): Readonly<Record<string, string>> {
  return value === undefined ? {} : { [INJECT]: value }
}

async function label(api: AdminApi, namespace: string, value: string | undefined): Promise<void> {
  await api.merge(`/api/v1/namespaces/${namespace}`, { metadata: { labels: { [INJECT]: value ?? null } } })
}

/** A policy that was just made, and a label, reach the server's own caches a moment later. */
async function untilAnswer(api: AdminApi, namespace: string, pod: RawPod, answer: RegExp): Promise<void> {
  await expect
    .poll(() => answerTo(api, namespace, pod), { message: JSON.stringify(pod.metadata), interval: 20 })
    .toMatch(answer)
}

async function answerTo(api: AdminApi, namespace: string, pod: RawPod): Promise<string> {
  const body = { ...pod, metadata: { name: 'pod', ...pod.metadata } }
  const { status, body: answer } = await api.call('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, { body })
  return `${status} ${String(answer['message'] ?? '')}`
}

function dryRun(api: AdminApi, namespace: string, pod: RawPod): Promise<RawPod> {
  const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All&fieldValidation=Strict`
  return api.create<RawPod>(path, { ...pod, metadata: { name: 'pod', ...pod.metadata } })
}

async function hasSidecar(api: AdminApi, namespace: string, pod: RawPod): Promise<boolean> {
  const { spec } = await dryRun(api, namespace, pod)
  return spec?.initContainers?.[0]?.name === 'm2m-proxy'
}

/** Without what is random, and lists whose order says nothing in it. */
function comparable({ metadata, spec }: RawPod): unknown {
  const text = JSON.stringify({ labels: metadata?.labels, annotations: metadata?.annotations, spec })
  const sorted = JSON.parse(text.replaceAll(/kube-api-access-\w+/g, 'token'), (key, value) =>
    Array.isArray(value) && ['env', 'volumes', 'volumeMounts'].includes(key)
      ? value.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))
      : value,
  )
  return sorted
}

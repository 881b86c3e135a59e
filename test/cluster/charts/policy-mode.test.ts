/** The mode without a server: who gets a sidecar, and that it is the one of the injector. */

import { expect } from 'vitest'
import { injectPod, type RawPod, type SidecarSettings, wishOf } from '../../../src/core/inject/index.ts'
import { applyPatch } from '../../support/inject/json-patch.ts'
import { MODE_PODS } from '../../support/inject/mode-pods.ts'
import type { AdminApi } from '../../support/kube/admin-api.ts'
import {
  allSayings,
  dryRun,
  INJECT,
  label,
  labelsOf,
  OF_NAMESPACE,
  ofKind,
  podSaying,
} from '../../support/kube/asking-pods.ts'
import { test } from '../../support/kube/chart-test.ts'

const SETTINGS: SidecarSettings = {
  image: 'm2m-sidecar:0.1.0',
  imagePullPolicy: 'IfNotPresent',
  mode: 'Native',
  resources: { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '256Mi' } },
  env: { EXTRA: 'of the chart' },
}

/** Its errors are told, not ignored. */
const MODE = ['injector.mode=policy', 'injector.failurePolicy=Fail']

test('the policy mode asks the same three places, and leaves out whom the injector leaves out', async ({
  cluster: { api },
  namespace,
  render,
  apply,
}) => {
  await apply(ofKind(await render('m2m-system', ...MODE), /^MutatingAdmissionPolicy/))
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
    { containers: [{ name: 'istio-proxy', image: 'i:1' }] },
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

test('a pod of the policy mode is the pod of the webhook', async ({ cluster: { api }, namespace, render, apply }) => {
  const values = [...MODE, 'sidecar.env.EXTRA=of the chart']
  await apply(ofKind(await render('m2m-system', ...values), /^MutatingAdmissionPolicy/))
  // That of an earlier test may act for a moment longer.
  const variables = async (): Promise<unknown> =>
    (await dryRun(api, namespace, podSaying('true'))).spec?.initContainers?.[0]?.env
  await expect.poll(variables).toContainEqual({ name: 'EXTRA', value: 'of the chart' })
  for (const [name, pod] of Object.entries(MODE_PODS)) {
    const annotations = { ...pod.metadata?.annotations, [INJECT]: 'true' }
    const asks: RawPod = { ...pod, metadata: { ...pod.metadata, annotations } }
    const context = { namespace: { name: namespace, labels: {} }, policy: undefined, settings: SETTINGS }
    const seen = { metadata: asks.metadata, spec: (await dryRun(api, namespace, refusing(asks))).spec } as RawPod
    const injection = injectPod(seen, context)
    expect(injection.result).toBe('injected')
    const patched = applyPatch(seen, 'patch' in injection ? injection.patch : [])
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
  await apply(ofKind(await render('m2m-system', ...MODE), /^MutatingAdmissionPolicy/))
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

/** As a webhook sees it: with what the API server fills in, and without a sidecar. */
function refusing({ metadata, spec }: RawPod): RawPod {
  const annotations = { ...metadata?.annotations, [INJECT]: 'false' }
  return { metadata: { ...metadata, annotations }, ...(spec !== undefined && { spec }) }
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

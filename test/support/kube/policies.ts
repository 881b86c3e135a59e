/** M2MPolicy objects in a test cluster: short ways to write and read them. */

import type { PolicyStatus } from '../../../operator/controller/status.ts'
import type { PolicySpec } from '../../../src/core/policy/index.ts'
import type { AdminApi, Json } from './admin-api.ts'

export function policyPath(namespace: string, name = ''): string {
  return `/apis/m2m.io/v1alpha1/namespaces/${namespace}/m2mpolicies${name === '' ? '' : `/${name}`}`
}

export async function createPolicy(api: AdminApi, namespace: string, name: string, spec: PolicySpec): Promise<void> {
  await api.create(policyPath(namespace), policyObject(name, spec))
}

export function policyObject(name: string, spec: PolicySpec): object {
  return { apiVersion: 'm2m.io/v1alpha1', kind: 'M2MPolicy', metadata: { name }, spec }
}

export async function statusOf(api: AdminApi, namespace: string, name: string): Promise<PolicyStatus> {
  const { status = {} } = await api.get<{ status?: PolicyStatus }>(policyPath(namespace, name))
  return status
}

/** `Accepted=True/Accepted Programmed=True/Programmed`, in the order in which they stand; empty before the first status. */
export async function conditionsOf(api: AdminApi, namespace: string, name: string): Promise<string> {
  const { conditions = [] } = await statusOf(api, namespace, name)
  return conditions.map(({ type, status, reason }) => `${type}=${status}/${reason}`).join(' ')
}

export interface BundleObject extends Json {
  readonly metadata: { readonly resourceVersion: string; readonly uid: string }
  readonly data: Readonly<Record<string, string>>
}

export const BUNDLE = 'm2m-bundle'

/** Undefined while there is none. */
export async function bundleOf(api: AdminApi, namespace: string): Promise<BundleObject | undefined> {
  const { status, body } = await api.call('GET', `/api/v1/namespaces/${namespace}/configmaps/${BUNDLE}`)
  return status === 200 ? (body as BundleObject) : undefined
}

/** The names of a bundle's policies, `namespace.name`, the first one first. */
export async function programmedIn(api: AdminApi, namespace: string): Promise<readonly string[] | undefined> {
  const index = (await bundleOf(api, namespace))?.data['index.json']
  if (index === undefined) return undefined
  const { policies } = JSON.parse(index) as { policies: { key: string }[] }
  return policies.map(({ key }) => key.replace(/\.json$/, ''))
}

/** A pod as the injector makes it, without what no test reads; nothing runs it. */
export function injectedPod(name: string, labels: Readonly<Record<string, string>> = {}, annotations = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { 'm2m.io/injected': 'true', ...labels }, annotations },
    spec: {
      initContainers: [{ name: 'm2m-proxy', image: 'm2m:1', restartPolicy: 'Always' }],
      containers: [{ name: 'app', image: 'app:1' }],
    },
  }
}

/** Does what a kubelet would: the pod runs, with its sidecar at this address. */
export async function runPod(api: AdminApi, namespace: string, name: string, podIP: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`
  await api.merge(path, { status: { phase: 'Running', podIP, podIPs: [{ ip: podIP }] } })
}

export interface EventObject extends Json {
  readonly reason: string
  readonly note: string
  readonly regarding: { readonly kind: string; readonly name: string }
}

export async function eventsIn(api: AdminApi, namespace: string): Promise<readonly EventObject[]> {
  const { items } = await api.get<{ items: EventObject[] }>(`/apis/events.k8s.io/v1/namespaces/${namespace}/events`)
  return items
}

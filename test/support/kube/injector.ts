/** An injector inside the process of a test, as the chart installs it: its permissions, its webhook, its guard. */

import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import type { InjectorConfig } from '../../../operator/injector/config.ts'
import { type Injector, startInjector } from '../../../operator/injector/start.ts'
import type { AdminApi, Json } from './admin-api.ts'
import { applyObject, type ChartObject, deleteObject } from './chart.ts'
import type { Cluster, KubeUser } from './cluster.ts'
import { type HealthPages, healthPages, keptLog, type LogLines } from './in-process.ts'
import { createNamespace, removeNamespace } from './namespaces.ts'

export interface TestInjector extends Injector, HealthPages {
  /** Its log so far. */
  readonly lines: LogLines
}

/** @param namespace of the injector */
export async function injectorIn(
  cluster: Cluster,
  { namespace, user, config = {} }: { namespace: string; user?: KubeUser; config?: Partial<InjectorConfig> },
): Promise<TestInjector> {
  const { log, lines } = keptLog()
  const kubeConfig = cluster.kubeConfig(user && { user })
  const injector = await startInjector(testInjectorConfig({ namespace, ...config }), kubeConfig, log)
  return { ...injector, ...healthPages(injector.port), lines }
}

/** Free ports on loopback, and no time for turning away: there is no Service. */
export function testInjectorConfig(changes: Partial<InjectorConfig>): InjectorConfig {
  return {
    namespace: undefined,
    podName: 'injector-0',
    http: { host: '127.0.0.1', port: 0 },
    kubeconfig: undefined,
    context: undefined,
    lease: { durationMs: 3_000, renewDeadlineMs: 2_000, retryMs: 400 },
    log: { level: 'debug' },
    webhook: { host: '127.0.0.1', port: 0, drainMs: 0, names: ['127.0.0.1'] },
    tls: { mode: 'Own', folder: '/nowhere' },
    sidecar: {
      image: 'm2m-sidecar:1',
      imagePullPolicy: 'IfNotPresent',
      mode: 'Native',
      resources: { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '256Mi' } },
      env: {},
    },
    ...changes,
  }
}

interface WebhookConfiguration extends ChartObject {
  readonly webhooks: readonly {
    readonly clientConfig: { readonly service: { readonly path: string } }
    readonly [member: string]: unknown
  }[]
}

/** What stands between a pod and its being made. */
export interface Admission {
  remove(): Promise<void>
}

/**
 * Applies the webhook of a rendered chart, and its guard if it has one. No Service leads to the process of a test, so the API
 * server is sent to a port of loopback.
 * @param caBundle of a webhook that is not the injector, which writes its own
 */
export async function installAdmission(
  api: AdminApi,
  objects: readonly ChartObject[],
  { port, caBundle }: { port: number; caBundle?: string },
): Promise<Admission> {
  const wanted = objects.filter(({ kind }) => /^(MutatingWebhookConfiguration|ValidatingAdmissionPolicy)/.test(kind))
  const guards = wanted.filter(({ metadata }) => metadata.name === 'm2m-injected')
  const [webhook] = wanted.filter(({ kind }) => kind === 'MutatingWebhookConfiguration') as WebhookConfiguration[]
  if (webhook === undefined) throw new Error('the chart has no webhook')
  const local = {
    ...webhook,
    webhooks: webhook.webhooks.map(({ clientConfig, ...rest }) => ({
      ...rest,
      clientConfig: {
        url: `https://127.0.0.1:${port}${clientConfig.service.path}`,
        ...(caBundle !== undefined && { caBundle: Buffer.from(caBundle).toString('base64') }),
      },
    })),
  }
  const installed: readonly ChartObject[] = [local, ...guards]
  for (const object of installed) await applyObject(api, object)
  return {
    async remove() {
      for (const object of installed) await deleteObject(api, object)
      if (guards.length > 0) await untilOutOfForce(api)
    },
  }
}

/** A guard refuses pods for a moment after it is gone, also those of the next test. */
async function untilOutOfForce(api: AdminApi): Promise<void> {
  const name = `after-${randomBytes(4).toString('hex')}`
  await createNamespace(api, name)
  const path = `/api/v1/namespaces/${name}/pods?dryRun=All`
  const refusal = async (): Promise<string> =>
    String((await api.call('POST', path, { body: appPod({ name: 'try', ...ASKS }) })).body['message'])
  await expect.poll(refusal, { timeout: 30_000, interval: 50 }).not.toMatch(/'m2m-injected'/)
  await removeNamespace(api, name)
}

/** The account of the injector, with exactly the permissions of the chart. */
export async function injectorAccount(
  cluster: Cluster,
  namespace: string,
  objects: readonly ChartObject[],
): Promise<KubeUser & { remove(): Promise<void> }> {
  const roles = objects.filter(({ kind, metadata }) => /Role/.test(kind) && metadata.name === 'm2m-injector')
  const user = await cluster.serviceAccount(namespace, 'm2m-injector')
  for (const role of roles) await applyObject(cluster.api, role)
  return {
    ...user,
    async remove() {
      for (const role of roles) await deleteObject(cluster.api, role)
    },
  }
}

/** A pod of an application, with whatever metadata. */
export function appPod(metadata: object, spec: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { containers: [{ name: 'app', image: 'app:1' }], ...spec },
  }
}

export const ASKS = { annotations: { 'm2m.io/inject': 'true' } } as const

/** The names of a pod's init containers, each with its restart policy. */
export function initContainersOf(pod: Json): readonly string[] {
  const { initContainers = [] } = pod['spec'] as {
    initContainers?: readonly { name: string; restartPolicy?: string }[]
  }
  return initContainers.map(({ name, restartPolicy = 'none' }) => `${name} ${restartPolicy}`)
}

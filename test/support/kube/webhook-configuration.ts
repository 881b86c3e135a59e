/** A MutatingWebhookConfiguration as the chart makes it, but for replicas in the test's own process. */

import { X509Certificate } from 'node:crypto'
import type { AdminApi } from './admin-api.ts'

export const CONFIGURATION = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/m2m-injector'

interface Stored {
  readonly metadata: { readonly resourceVersion: string; readonly managedFields: readonly { manager: string }[] }
  readonly webhooks: readonly { readonly name: string; readonly clientConfig: { readonly caBundle?: string } }[]
}

/** One webhook for each replica, so that every pod of the namespace asks all of them. No `caBundle`. */
export async function createWebhookConfiguration(
  api: AdminApi,
  namespace: string,
  ports: readonly number[],
): Promise<void> {
  await removeWebhookConfiguration(api)
  await api.create(CONFIGURATION.slice(0, CONFIGURATION.lastIndexOf('/')), {
    metadata: { name: 'm2m-injector' },
    webhooks: ports.map((port, replica) => ({
      name: `replica-${replica}.injector.m2m.io`,
      clientConfig: { url: `https://127.0.0.1:${port}/inject` },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      failurePolicy: 'Fail',
      sideEffects: 'None',
      // A busy machine is slow, not wrong.
      timeoutSeconds: 30,
      admissionReviewVersions: ['v1'],
    })),
  })
}

export async function removeWebhookConfiguration(api: AdminApi): Promise<void> {
  await api.call('DELETE', CONFIGURATION)
}

export async function webhookConfiguration(api: AdminApi): Promise<Stored> {
  return api.get<Stored>(CONFIGURATION)
}

/** The common names of the authorities that each webhook believes. */
export async function publishedNames(api: AdminApi): Promise<string[][]> {
  const { webhooks } = await webhookConfiguration(api)
  return webhooks.map(({ clientConfig }) => {
    const pem = Buffer.from(clientConfig.caBundle ?? '', 'base64').toString()
    const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
    return blocks.map((block) => new X509Certificate(block).subject.replace('CN=', ''))
  })
}

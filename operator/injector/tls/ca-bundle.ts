/** `caBundle` in the webhooks of a configuration: read from all of them, written to all of them at once. */

import type { KubeObject } from '../../kube/index.ts'
import { authoritiesOf, type Certified } from './pem.ts'

/** What one webhook of the configuration believes. */
export interface Published {
  readonly webhook: string
  /** PEM; empty where there is none. */
  readonly text: string
  readonly authorities: readonly Certified[]
}

export interface Configuration {
  readonly name: string
  readonly resourceVersion: string
  readonly uid: string
  readonly webhooks: readonly Published[]
}

interface RawWebhook {
  readonly name?: unknown
  readonly clientConfig?: { readonly caBundle?: unknown }
}

export function keepConfiguration({ metadata, ...raw }: KubeObject): Configuration {
  const { webhooks } = raw as { readonly webhooks?: unknown }
  const list = Array.isArray(webhooks) ? (webhooks as readonly RawWebhook[]) : []
  return {
    name: metadata.name,
    resourceVersion: metadata.resourceVersion ?? '',
    uid: metadata.uid ?? '',
    webhooks: list.map(({ name, clientConfig }) => {
      const text = typeof clientConfig?.caBundle === 'string' ? fromBase64(clientConfig.caBundle) : ''
      return { webhook: String(name), text, authorities: authoritiesOf(text) }
    }),
  }
}

/** True where each webhook believes it; false where there is none. */
export function isPublished(webhooks: readonly Published[], { fingerprint }: Certified): boolean {
  return (
    webhooks.length > 0 &&
    webhooks.every(({ authorities }) => authorities.some((one) => one.fingerprint === fingerprint))
  )
}

/**
 * The object to apply: each webhook by its name, and one field of it. With the version that was seen it neither makes a
 * configuration that is gone, nor adds a webhook that was taken out.
 */
export function withBundle({ name, resourceVersion, webhooks }: Configuration, text: string): object {
  const caBundle = Buffer.from(text).toString('base64')
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name, resourceVersion },
    webhooks: webhooks.map(({ webhook }) => ({ name: webhook, clientConfig: { caBundle } })),
  }
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8')
}

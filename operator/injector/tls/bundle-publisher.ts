/** Publishes the authorities of a file; those that webhooks believed until then stay a while beside them. */

import type { X509Certificate } from 'node:crypto'
import type { KubeClient } from '../../../src/kube/index.ts'
import { Backoff } from '../../kube/backoff.ts'
import type { Published } from './ca-bundle.ts'
import { certificatesOf, certified } from './pem.ts'
import { readConfiguration, writeBundle } from './store.ts'

export interface BundlePublisherOptions {
  /** Fenced by the lease. */
  readonly client: KubeClient
  /** Old authorities leave the bundle so long after new ones came: by then each replica has read its files. */
  readonly graceMs: number
  /** PEM; empty: somebody else publishes. */
  authorities(): Promise<string>
  onPublished(): void
}

/** As many are kept of what others wrote. */
const MAX_OLD = 8

/** Nothing is to be published, until a change is told. */
const IDLE_MS = 60_000

export function createBundlePublisher({ client, graceMs, authorities, onPublished }: BundlePublisherOptions) {
  const backoff = new Backoff(100, 60_000)
  /** When each was seen beside ours first, by its text. */
  let firstSeenMs = new Map<string, number>()
  let lastPublished: string | undefined
  let notBeforeMs = 0

  /** @returns milliseconds until it wants to look again @throws KubeError */
  const step = async (): Promise<number> => {
    const own = unique(certificatesOf(await authorities()))
    const configuration = await readConfiguration(client)
    if (own.length === 0 || configuration === undefined) return IDLE_MS
    const nowMs = performance.now()
    const others = othersOf(configuration.webhooks, own)
    firstSeenMs = new Map(others.map((pem) => [pem, firstSeenMs.get(pem) ?? nowMs]))
    const kept = others.filter((pem) => nowMs - (firstSeenMs.get(pem) ?? nowMs) < graceMs)
    const bundle = [...own, ...kept].join('')
    const nextMs = Math.min(IDLE_MS, ...kept.map((pem) => graceMs - (nowMs - (firstSeenMs.get(pem) ?? nowMs))))
    if (configuration.webhooks.every(({ text }) => text === bundle)) return nextMs
    if (notBeforeMs > nowMs) return notBeforeMs - nowMs
    // What we wrote last was changed by others: both write less and less.
    if (lastPublished === bundle) notBeforeMs = nowMs + backoff.next()
    else backoff.reset()
    await writeBundle(client, configuration, bundle)
    lastPublished = bundle
    onPublished()
    return 0
  }
  return {
    step,
    reset() {
      lastPublished = undefined
    },
  }
}

/** What webhooks believe beside our own, as long as it lasts. */
function othersOf(webhooks: readonly Published[], own: readonly string[]): string[] {
  const published = webhooks.flatMap(({ text }) => certificatesOf(text))
  const alive = published.filter((one) => certified(one).notAfterMs > Date.now())
  return unique(alive)
    .filter((pem) => !own.includes(pem))
    .slice(0, MAX_OLD)
}

function unique(certificates: readonly X509Certificate[]): string[] {
  return [...new Set(certificates.map(String))]
}

/**
 * Publishes the authorities of a file beside those that webhooks believe, and takes those out after a while. Each replica
 * does it, without a lease: one that has other files, or makes its own certificates, adds its authority likewise, and a
 * rollout from one to the other waits for nobody.
 */

import type { X509Certificate } from 'node:crypto'
import type { KubeClient } from '../../../src/kube/index.ts'
import { Backoff } from '../../kube/backoff.ts'
import type { Published } from './ca-bundle.ts'
import { certificatesOf, certified } from './pem.ts'
import { readConfiguration, writeBundle } from './store.ts'

export interface BundlePublisherOptions {
  readonly client: Pick<KubeClient, 'get' | 'apply'>
  /** Others leave the bundle so long after they were first seen there: by then each replica has read its files. */
  readonly graceMs: number
  /** PEM; empty: somebody else publishes. */
  authorities(): Promise<string>
  onPublished(): void
}

/** As many are kept of what others wrote. */
const MAX_OTHERS = 8

/** Nothing is to be published, until a change is told. */
const IDLE_MS = 60_000

/** @returns a step: milliseconds until it is to be taken again; it throws KubeError */
export function createBundlePublisher(options: BundlePublisherOptions): () => Promise<number> {
  const { client, graceMs, authorities, onPublished } = options
  const backoff = new Backoff(100, 60_000)
  /** When each was seen beside ours first, by its text. */
  let firstSeenMs = new Map<string, number>()
  let lastPublished: string | undefined
  let notBeforeMs = 0

  return async () => {
    const own = unique(certificatesOf(await authorities()))
    const configuration = await readConfiguration(client)
    if (own.length === 0 || configuration === undefined) return IDLE_MS
    const nowMs = performance.now()
    const others = othersOf(configuration.webhooks, own)
    firstSeenMs = new Map(others.map((pem) => [pem, firstSeenMs.get(pem) ?? nowMs]))
    const leftMs = (pem: string): number => graceMs - (nowMs - (firstSeenMs.get(pem) ?? nowMs))
    const kept = others.filter((pem) => leftMs(pem) > 0)
    if (isRight(configuration.webhooks, own, kept)) return Math.min(IDLE_MS, ...kept.map(leftMs))
    if (notBeforeMs > nowMs) return notBeforeMs - nowMs
    const bundle = [...own, ...kept].join('')
    // What we wrote last was changed by others: both write less and less.
    if (lastPublished === bundle) notBeforeMs = nowMs + backoff.next()
    else backoff.reset()
    await writeBundle(client, configuration, bundle)
    lastPublished = bundle
    onPublished()
    return 0
  }
}

/** Each webhook believes all of ours, and nobody whose time is over. The order does not matter: replicas may differ in it. */
function isRight(webhooks: readonly Published[], own: readonly string[], kept: readonly string[]): boolean {
  const allowed = new Set([...own, ...kept])
  return webhooks.every(({ text }) => {
    const believed = new Set(unique(certificatesOf(text)))
    return own.every((pem) => believed.has(pem)) && [...believed].every((pem) => allowed.has(pem))
  })
}

/** What webhooks believe beside our own, as long as it lasts. */
function othersOf(webhooks: readonly Published[], own: readonly string[]): string[] {
  const published = webhooks.flatMap(({ text }) => certificatesOf(text))
  const alive = published.filter((one) => certified(one).notAfterMs > Date.now())
  return unique(alive)
    .filter((pem) => !own.includes(pem))
    .slice(0, MAX_OTHERS)
}

function unique(certificates: readonly X509Certificate[]): string[] {
  return [...new Set(certificates.map(String))]
}

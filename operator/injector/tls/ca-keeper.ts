/** Takes the steps of the hand-over: reads, asks what is next, writes. Only the holder of the lease runs it. */

import type { KubeClient } from '../../../src/kube/index.ts'
import { Backoff } from '../../kube/backoff.ts'
import type { Configuration } from './ca-bundle.ts'
import { type CaSecret, type SigningAuthority, signing } from './ca-secret.ts'
import { type CaChange, type CaTimes, nextStep, type Step, wantedBundle } from './next-step.ts'
import { readConfiguration, readSecret, type StoredSecret, writeBundle, writeSecret } from './store.ts'

export interface CaKeeperOptions {
  /** Fenced by the lease. */
  readonly client: KubeClient
  readonly namespace: string
  readonly times: CaTimes
  onChange(change: CaChange | 'published', secret: CaSecret): void
}

export interface CaKeeper {
  /** @returns milliseconds until it wants to look again @throws KubeError */
  step(): Promise<number>
  /** Another process may have led: what was seen counts no more. */
  reset(): void
}

/** Where somebody writes another bundle each time that we do, both write less and less. */
const QUARREL = { minMs: 100, maxMs: 60_000 }

export function createCaKeeper({ client, namespace, times, onChange }: CaKeeperOptions): CaKeeper {
  const backoff = new Backoff(QUARREL.minMs, QUARREL.maxMs)
  let settled: { readonly bundle: string; readonly sinceMs: number } | undefined
  let lastPublished: string | undefined
  let notBeforeMs = 0

  const publish = async (configuration: Configuration | undefined, bundle: string): Promise<number> => {
    if (configuration === undefined) return 0
    const waitMs = notBeforeMs - performance.now()
    if (waitMs > 0) return waitMs
    // What we wrote last was changed by others.
    if (lastPublished === bundle) notBeforeMs = performance.now() + backoff.next()
    await writeBundle(client, configuration, bundle)
    lastPublished = bundle
    return 0
  }
  const settledMs = (secret: CaSecret | undefined, configuration: Configuration | undefined): number => {
    const bundle = wantedBundle(secret, Date.now())
    const isSettled = configuration?.webhooks.every(({ text }) => text === bundle) === true
    if (!isSettled) settled = undefined
    else if (settled?.bundle !== bundle) settled = { bundle, sinceMs: performance.now() }
    const ms = settled === undefined ? 0 : performance.now() - settled.sinceMs
    if (ms > QUARREL.maxMs) backoff.reset()
    return ms
  }
  const act = async (step: Step, stored: StoredSecret | undefined, configuration: Configuration | undefined) => {
    if (step.do === 'wait') return step.ms
    if (step.do === 'publish') {
      const waitMs = await publish(configuration, step.bundle)
      if (waitMs === 0 && stored !== undefined) onChange('published', stored.secret)
      return waitMs
    }
    const secret = await withMinted(step, times)
    await writeSecret(client, namespace, { before: stored, secret })
    onChange(step.change, secret)
    return 0
  }
  return {
    async step() {
      const configuration = await readConfiguration(client)
      const stored = await readSecret(client, namespace)
      const secret = stored?.secret
      const published = configuration?.webhooks ?? []
      const seen = { secret, published, settledMs: settledMs(secret, configuration) }
      return act(nextStep(seen, Date.now(), times), stored, configuration)
    },
    reset() {
      settled = undefined
      lastPublished = undefined
    },
  }
}

async function withMinted({ secret, mint }: Step & { readonly do: 'write' }, times: CaTimes): Promise<CaSecret> {
  return mint === undefined ? secret : { ...secret, [mint]: await newAuthority(times) }
}

async function newAuthority({ lifeMs }: CaTimes): Promise<SigningAuthority> {
  // Loaded where it is needed: an eighth of the program, 20 MB and 150 ms of a CPU.
  const { mintAuthority } = await import('./mint.ts')
  const { cert, key } = await mintAuthority({ lifeMs })
  const authority = signing(cert, key)
  if (authority === undefined) throw new Error('the authority that was made cannot be used')
  return authority
}

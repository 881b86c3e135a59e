/** The last good pair, the one that waits behind it, and what is wrong with what the folder holds now. */

import type { Published } from './ca-bundle.ts'
import type { ServingCertificate } from './certificate-source.ts'
import type { CertificateHooks } from './hooks.ts'
import { isBelieved, maySwap, type Pair } from './pair.ts'

export interface ServedPairOptions {
  readonly times: {
    /** A replica whose certificate ends sooner is not ready. */
    readonly minLeftMs: number
    /** A new pair is served so long after webhooks began to believe it. */
    readonly pauseMs: number
  }
  readonly hooks: CertificateHooks
  webhooks(): readonly Published[]
}

export interface ServedPair {
  readonly current: ServingCertificate | undefined
  /** What the folder holds, or in words why it cannot be used. Offered again and again: time passes. */
  offer(next: Pair | string): void
  onChange(listener: (certificate: ServingCertificate) => void): void
  notReady(): readonly string[]
}

export function createServedPair({ times, hooks, webhooks }: ServedPairOptions): ServedPair {
  const listeners: ((certificate: ServingCertificate) => void)[] = []
  let pair: Pair | undefined
  let waiting: { readonly cert: string; readonly believedSinceMs: number | undefined } | undefined
  let wasBelieved = false
  let lacks = 'the folder was not read yet'

  const refuse = (reason: string): void => {
    if (reason !== lacks) hooks.onFault?.('certificates', new Error(reason))
    lacks = reason
  }
  const serve = (next: Pair): void => {
    pair = next
    waiting = undefined
    wasBelieved = false
    lacks = SAME
    hooks.onServed?.(next.notAfter.getTime())
    for (const listener of listeners) listener(next)
  }
  const consider = (next: Pair): void => {
    const nowMs = Date.now()
    const sinceMs = waiting?.cert === next.cert ? waiting.believedSinceMs : undefined
    const believedSinceMs = isBelieved(next, webhooks()) ? (sinceMs ?? nowMs) : undefined
    waiting = { cert: next.cert, believedSinceMs }
    if (maySwap(pair, webhooks(), { nowMs, believedSinceMs, ...times })) serve(next)
    else if (believedSinceMs === undefined) refuse(UNKNOWN)
  }
  return {
    get current() {
      return pair
    },
    offer(next): void {
      if (typeof next === 'string') refuse(next)
      else if (next.cert === pair?.cert && next.key === pair.key) lacks = SAME
      else consider(next)
    },
    onChange: (listener) => void listeners.push(listener),
    notReady() {
      if (pair === undefined) return [`certificate: there is none yet: ${lacks}`]
      if (pair.notAfter.getTime() - Date.now() < times.minLeftMs) {
        return [`certificate: it ends at ${pair.notAfter.toISOString()}, and there is no new one: ${lacks}`]
      }
      // Once believed, it is for good: that all replicas leave the Service mends no bundle.
      wasBelieved ||= isBelieved(pair, webhooks())
      return wasBelieved ? [] : ['certificate: webhooks do not believe its authority yet']
    },
  }
}

const SAME = 'the folder holds the same'
const UNKNOWN = 'tls.crt is of an authority that webhooks do not believe yet: the one before it is served'

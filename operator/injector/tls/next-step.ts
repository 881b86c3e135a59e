/**
 * The hand-over from one authority to the next, as one decision: from what is stored and published to the next write.
 * Nothing is remembered between two steps, so that whoever holds the lease next goes on from wherever it was left.
 *
 * 1. A new authority is written as `next`. 2. The bundle of each webhook gets it, beside the current one. 3. After a pause,
 * in which API servers and replicas learn of it, it becomes the current one, and replicas sign anew. 4. The old one leaves
 * the bundle once no leaf of it can be alive.
 */

import { isPublished, type Published } from './ca-bundle.ts'
import type { CaSecret, RetiredAuthority, SigningAuthority } from './ca-secret.ts'
import type { Certified } from './pem.ts'

export interface CaTimes {
  /** Of an authority; it is renewed after two thirds. */
  readonly lifeMs: number
  /** The longest life of a leaf. */
  readonly leafMs: number
  /** From a bundle that is published to the first leaf that needs it; more than clocks of nodes differ. */
  readonly pauseMs: number
}

export interface Seen {
  /** Undefined: there is none. */
  readonly secret: CaSecret | undefined
  /** Of each webhook; none: there is no configuration. */
  readonly published: readonly Published[]
  /** For how long each webhook has been seen with the bundle that is wanted. */
  readonly settledMs: number
}

/** Why the Secret is written. */
export type CaChange = 'created' | 'adopted' | 'promoted' | 'begun' | 'forgotten'

export type Step =
  | { readonly do: 'write'; readonly change: CaChange; readonly secret: CaSecret; readonly mint?: 'current' | 'next' }
  | { readonly do: 'publish'; readonly bundle: string }
  /** Until something changes, and no longer than this. */
  | { readonly do: 'wait'; readonly ms: number }

/** As many authorities of the past, or of others, are kept beside two of our own: a bundle stays small. */
const MAX_PREVIOUS = 8

export function nextStep(seen: Seen, nowMs: number, times: CaTimes): Step {
  const secret = alive(seen.secret, nowMs)
  return (
    create(secret, seen, nowMs, times) ??
    adopt(secret, seen, nowMs, times) ??
    publish(seen, nowMs) ??
    promote(secret, seen, nowMs, times) ??
    begin(secret, nowMs, times) ??
    forget(secret, seen) ?? { do: 'wait', ms: waitOf(secret, seen, nowMs, times) }
  )
}

/** What each webhook should believe: all authorities of which a leaf may be shown. */
export function wantedBundle(secret: CaSecret | undefined, nowMs: number): string {
  const { current, next, previous } = alive(secret, nowMs)
  const all = [current, next, ...previous].flatMap((one) => one ?? [])
  return [...new Map(all.map(({ fingerprint, pem }) => [fingerprint, pem])).values()].join('')
}

/**
 * The authority that a replica may sign with: the current one, where each webhook believes it.
 * Asked with what was read just now, the configuration before the Secret: a current authority that is not published is
 * taken back first, and published then.
 */
export function signerOf(
  secret: CaSecret | undefined,
  published: readonly Published[],
  nowMs: number,
): SigningAuthority | undefined {
  const { current } = alive(secret, nowMs)
  return current !== undefined && isPublished(published, current) ? current : undefined
}

export function renewsAtMs({ notAfterMs }: Certified, { lifeMs }: CaTimes): number {
  return notAfterMs - lifeMs / 3
}

/** Nothing can be signed. Where a webhook believes somebody, servers that it believes may run: they keep it for now. */
function create({ current, next }: CaSecret, seen: Seen, nowMs: number, times: CaTimes): Step | undefined {
  if (current !== undefined || next !== undefined) return undefined
  const secret = { previous: [...(seen.secret?.previous ?? []), ...strangers(seen, nowMs, times)] }
  const isAlone = !seen.published.some(({ authorities }) => authorities.some((one) => nowMs < one.notAfterMs))
  return { do: 'write', change: 'created', secret, mint: isAlone ? 'current' : 'next' }
}

/**
 * Webhooks believe authorities that the Secret does not name: it was restored, or made anew, or certificates came from
 * elsewhere until now. Servers may still show leaves of those. A current one that is not published must wait its turn.
 */
function adopt(secret: CaSecret, seen: Seen, nowMs: number, times: CaTimes): Step | undefined {
  const adopted = strangers(seen, nowMs, times)
  if (adopted.length === 0) return undefined
  const { current, next } = secret
  // With those that are to leave the bundle: it names them still.
  const all = [...(seen.secret?.previous ?? []), ...adopted]
  if (current === undefined || isPublished(seen.published, current)) {
    return { do: 'write', change: 'adopted', secret: { current, next, previous: all } }
  }
  const back =
    next === undefined ? { next: current, previous: all } : { next, previous: [...all, retire(current, nowMs, times)] }
  return { do: 'write', change: 'adopted', secret: back }
}

function publish({ secret, published }: Seen, nowMs: number): Step | undefined {
  const bundle = wantedBundle(secret, nowMs)
  return published.every(({ text }) => text === bundle) ? undefined : { do: 'publish', bundle }
}

function promote({ current, next, previous }: CaSecret, seen: Seen, nowMs: number, times: CaTimes): Step | undefined {
  if (next === undefined) return undefined
  if (seen.published.length === 0 || seen.settledMs < times.pauseMs) return undefined
  const old = current === undefined ? [] : [retire(current, nowMs, times)]
  return { do: 'write', change: 'promoted', secret: { current: next, previous: [...old, ...previous] } }
}

function begin({ current, next, previous }: CaSecret, nowMs: number, times: CaTimes): Step | undefined {
  if (current === undefined || next !== undefined || nowMs < renewsAtMs(current, times)) return undefined
  return { do: 'write', change: 'begun', secret: { current, previous }, mint: 'next' }
}

/** After the bundle: what it still names would count as somebody's. */
function forget(secret: CaSecret, seen: Seen): Step | undefined {
  if (secret.previous.length === (seen.secret?.previous.length ?? 0)) return undefined
  return { do: 'write', change: 'forgotten', secret }
}

function waitOf({ current, next, previous }: CaSecret, seen: Seen, nowMs: number, times: CaTimes): number {
  const until = previous.map(({ untilMs, notAfterMs }) => Math.min(untilMs, notAfterMs) - nowMs)
  if (next !== undefined) return Math.max(0, Math.min(times.pauseMs - seen.settledMs, ...until))
  return Math.max(0, Math.min(current === undefined ? 0 : renewsAtMs(current, times) - nowMs, ...until))
}

/** Published, alive, and not named by the Secret. */
function strangers({ secret, published }: Seen, nowMs: number, times: CaTimes): RetiredAuthority[] {
  const { current, next, previous = [] } = secret ?? {}
  const known = new Set([current, next, ...previous].map((one) => one?.fingerprint))
  const all = published.flatMap(({ authorities }) => authorities).filter((one) => nowMs < one.notAfterMs)
  const strange = new Map(all.map((one) => [one.fingerprint, one]))
  for (const fingerprint of known) if (fingerprint !== undefined) strange.delete(fingerprint)
  return [...strange.values()]
    .slice(0, Math.max(0, MAX_PREVIOUS - previous.length))
    .map((one) => retire(one, nowMs, times))
}

/** A replica that had read the Secret just before may show a leaf of it for the whole life of a leaf. */
function retire(
  { pem, fingerprint, notBeforeMs, notAfterMs }: Certified,
  nowMs: number,
  { leafMs, pauseMs }: CaTimes,
): RetiredAuthority {
  return { pem, fingerprint, notBeforeMs, notAfterMs, untilMs: nowMs + leafMs + pauseMs }
}

function alive({ current, next, previous = [] }: Partial<CaSecret> = {}, nowMs: number): CaSecret {
  const isAlive = (one: Certified | undefined): boolean => one !== undefined && nowMs < one.notAfterMs
  return {
    current: isAlive(current) ? current : undefined,
    next: isAlive(next) ? next : undefined,
    previous: previous.filter((one) => isAlive(one) && nowMs < one.untilMs),
  }
}

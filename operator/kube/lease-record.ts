/** A Lease (coordination.k8s.io/v1) as it is read and written, and who may take it. Pure. */

import { microTime } from './micro-time.ts'

export interface LeaseObject {
  readonly metadata?: { readonly resourceVersion?: string; readonly [member: string]: unknown }
  readonly spec?: LeaseSpec
}

export interface LeaseSpec {
  readonly holderIdentity?: string
  readonly leaseDurationSeconds?: number
  /** Strings, whatever a client's types say. Never compared with our clock. */
  readonly acquireTime?: string
  readonly renewTime?: string
  readonly leaseTransitions?: number
  readonly [member: string]: unknown
}

/** What is seen of a lease that another holds, and since when, by our monotonic clock, nothing has changed in it. */
export interface Sighting {
  readonly record: string
  readonly sinceMs: number
}

/** @param known the sighting before; its time holds while the record stays the same */
export function see(spec: LeaseSpec, nowMs: number, known: Sighting | undefined): Sighting {
  const record = JSON.stringify([spec.holderIdentity, spec.acquireTime, spec.renewTime, spec.leaseTransitions])
  return known?.record === record ? known : { record, sinceMs: nowMs }
}

export interface Claim {
  readonly identity: string
  readonly nowMs: number
  /** What we take a lease to last that names no duration. */
  readonly durationMs: number
}

/** Free, our own, or unchanged for its whole duration as seen from here. */
export function mayTake(spec: LeaseSpec, sighting: Sighting, { identity, nowMs, durationMs }: Claim): boolean {
  const { holderIdentity, leaseDurationSeconds } = spec
  if (holderIdentity === undefined || holderIdentity === '' || holderIdentity === identity) return true
  const lastsMs = leaseDurationSeconds === undefined ? durationMs : leaseDurationSeconds * 1_000
  return nowMs - sighting.sinceMs >= lastsMs
}

/** @param wallMs for people and other programs only */
export function heldBy(identity: string, before: LeaseSpec, times: { wallMs: number; durationMs: number }): LeaseSpec {
  const time = microTime(times.wallMs)
  const isOurs = before.holderIdentity === identity
  const transitions = before.leaseTransitions ?? 0
  return {
    ...before,
    holderIdentity: identity,
    leaseDurationSeconds: Math.max(1, Math.round(times.durationMs / 1_000)),
    acquireTime: isOurs ? (before.acquireTime ?? time) : time,
    renewTime: time,
    leaseTransitions: isOurs || before.holderIdentity === undefined ? transitions : transitions + 1,
  }
}

/** As client-go releases: nobody holds it, and it ends within a second for readers that look at the duration only. */
export function released(before: LeaseSpec, wallMs: number): LeaseSpec {
  const time = microTime(wallMs)
  return { ...before, holderIdentity: '', leaseDurationSeconds: 1, acquireTime: time, renewTime: time }
}

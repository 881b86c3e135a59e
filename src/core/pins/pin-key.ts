/** The key of a result: who sent it, for which call, and what it was. A hash, from which nothing can be read. */

import { hash } from 'node:crypto'
import type { PinKey } from './pin-table.ts'

/** Accounts, or accounts and conversations, that keep their results apart: 64 bits of a hash. */
export interface PinScope {
  readonly high: number
  readonly low: number
}

export function scopeOf(...names: readonly string[]): PinScope {
  const digest = hash('sha256', names.map((name) => `${name}\0`).join(''), 'buffer')
  return { high: digest.readUInt32LE(0), low: digest.readUInt32LE(4) }
}

// The Fowler-Noll-Vo hash (FNV-1a), in two lanes with different starts.
const PRIME = 0x01000193
const START = 0x811c9dc5
const OTHER_START = 0x2f0b4c47

/**
 * @param digest SHA-256 of the result's literal, one character per byte
 * @param name the call's id; empty for a result without one
 * @param nth counts results of one request that are alike in all of this, from 0 on
 */
export function pinKey(scope: PinScope, digest: string, { name, nth }: { name: string; nth: number }): PinKey {
  let low = START ^ scope.low
  let high = OTHER_START ^ scope.high
  for (let at = 0; at < name.length; at++) {
    const unit = name.charCodeAt(at)
    low = Math.imul(low ^ unit, PRIME)
    high = Math.imul(high ^ unit, PRIME)
  }
  low = Math.imul(low ^ nth, PRIME) ^ word(digest, 0)
  high = Math.imul(high ^ nth, PRIME) ^ word(digest, 4)
  return { low: spread(low), high: spread(high) & 0x3fff }
}

function word(digest: string, at: number): number {
  const byte = (nth: number): number => digest.charCodeAt(at + nth)
  return byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)
}

/** MurmurHash3's finaliser: every bit of the input changes half of the output. */
function spread(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

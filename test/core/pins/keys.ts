/** Keys of pins, as spread as hashes are. */

import type { PinKey } from '../../../src/core/pins/pin-table.ts'

/** @param seed keys of two seeds have nothing in common */
export function keysOf(count: number, seed = 0): PinKey[] {
  return Array.from({ length: count }, (_, nth) => keyOf(nth, seed))
}

export function keyOf(nth: number, seed = 0): PinKey {
  return { low: mix(nth * 2 + 1, seed), high: mix(nth * 2 + 2, seed + 77) & 0x3fff }
}

/** The finaliser of splitmix32. */
function mix(value: number, seed: number): number {
  let mixed = Math.imul(value + Math.imul(seed, 0x85ebca6b), 0x9e3779b9) | 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return (mixed ^ (mixed >>> 15)) >>> 0
}

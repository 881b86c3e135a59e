/** Random choices that a seed repeats. */

import { createHash } from 'node:crypto'
import type { Dice } from './question.ts'

/** @param seed any text: the run's seed and what the choices are for */
export function createDice(seed: string): Dice {
  let state = createHash('sha256').update(seed).digest().readUInt32LE()
  // Mulberry32: 32 bits of state are plenty for some hundred choices.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const roll = (below: number): number => Math.floor(next() * below)
  return {
    roll,
    pick: (items) => items[roll(items.length)],
    shuffled(items) {
      const left = [...items]
      for (let at = left.length - 1; at > 0; at--) {
        const other = roll(at + 1)
        const [a, b] = [left[at], left[other]]
        if (a !== undefined && b !== undefined) [left[at], left[other]] = [b, a]
      }
      return left
    },
  }
}

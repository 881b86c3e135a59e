/** What the techniques that were used on a block promise of it. */

import { PROFILES } from '../../core/compress/index.ts'

const EQUIVALENCE: ReadonlyMap<string, string> = new Map(
  PROFILES.Aggressive.flat().map(({ name, equivalence }) => [name, equivalence]),
)

/** The very same text; so do those that work across blocks. */
export function keepsEveryLetter(techniques: readonly string[]): boolean {
  return techniques.every((name) => (EQUIVALENCE.get(name) ?? 'string') === 'string')
}

/** Nothing of the kind: something is gone for good, and the block says so. */
export function isLossy(techniques: readonly string[]): boolean {
  return techniques.some((name) => EQUIVALENCE.get(name) === 'none')
}

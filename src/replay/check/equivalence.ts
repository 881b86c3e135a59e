/** The promises of the techniques that were used on a block. */

import { techniquesOf } from '../../core/compress/index.ts'

const EQUIVALENCE: ReadonlyMap<string, string> = new Map(
  techniquesOf('Aggressive').map(({ name, equivalence }) => [name, equivalence]),
)

/** Do they restore exactly the same text? Techniques that work across blocks do. */
export function keepsEveryLetter(techniques: readonly string[]): boolean {
  return techniques.every((name) => (EQUIVALENCE.get(name) ?? 'string') === 'string')
}

/** Did one remove content for good? The block states it. */
export function isLossy(techniques: readonly string[]): boolean {
  return techniques.some((name) => EQUIVALENCE.get(name) === 'none')
}

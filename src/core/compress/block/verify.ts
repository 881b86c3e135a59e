/** Does a candidate decode to the same thing? Asked of every candidate before it is used. */

import type { Equivalence, Technique } from '../technique.ts'
import { isSameJson } from './same-json.ts'
import { screenOf } from './screen.ts'

/** Decodes `candidate` and compares it with `text` under the technique's equivalence. */
export function isVerified(technique: Technique, text: string, candidate: string): boolean {
  const decoded = technique.decode(candidate)
  return decoded !== undefined && isEquivalent(text, decoded, technique.equivalence)
}

export function isEquivalent(a: string, b: string, equivalence: Equivalence): boolean {
  if (equivalence === 'json') return isSameJson(a, b)
  if (equivalence === 'string') return a === b
  const screen = screenOf(a)
  return screen !== undefined && screen === screenOf(b)
}

/** Checks that a candidate decodes to an equivalent text. Every candidate is checked before it is used. */

import type { Equivalence, Technique } from '../technique.ts'
import { isSameJson } from './same-json.ts'
import { isSameScreen } from './screen.ts'

/**
 * Decodes `candidate` and compares it with `text` under the technique's equivalence. A lossy candidate must carry its
 * technique's marker.
 */
export function isVerified(technique: Technique, text: string, candidate: string): boolean {
  if (technique.equivalence === 'none') return technique.recognises(candidate)
  const decoded = technique.decode(candidate)
  return decoded !== undefined && isEquivalent(text, decoded, technique.equivalence)
}

export function isEquivalent(a: string, b: string, equivalence: Exclude<Equivalence, 'none'>): boolean {
  if (equivalence === 'json') return isSameJson(a, b)
  return equivalence === 'string' ? a === b : isSameScreen(a, b)
}

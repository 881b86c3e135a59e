/**
 * What a text costs in tokens, guessed without a vocabulary: encoders get text only, and compare many pieces of it.
 * Errors cost a saving, never correctness: the gate counts for real.
 */

import { BEYOND_ASCII, DIGIT, endOfKind, kindAt, LETTER, SPACE } from './units.ts'

/** About how many tokens a text has; a single space belongs to the word behind it, more of them are one. */
export function guessTokens(text: string): number {
  let tokens = 0
  for (let at = 0; at < text.length; ) {
    const end = endOfKind(text, at)
    tokens += tokensOf(kindAt(text, at), end - at)
    at = end
  }
  return tokens
}

/** Of a run of units of one kind. Words of English are mostly one token. */
function tokensOf(kind: number, length: number): number {
  if (kind === SPACE) return length > 1 ? 1 : 0
  if (kind === LETTER) return Math.ceil(length / 8)
  if (kind === DIGIT) return Math.ceil(length / 3)
  return kind === BEYOND_ASCII ? Math.ceil(length / 2) : length
}

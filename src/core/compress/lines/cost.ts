/**
 * Estimates the tokens of a text without a vocabulary: encoders receive only text, and compare many pieces of it. An
 * error costs a saving, never correctness: the gate counts exactly.
 */

import { BEYOND_ASCII, DIGIT, endOfKind, kindAt, LETTER, SPACE } from './units.ts'

/** Estimate of a text's tokens; a single space belongs to the word behind it, several are one token. */
export function guessTokens(text: string): number {
  let tokens = 0
  for (let at = 0; at < text.length; ) {
    const end = endOfKind(text, at)
    tokens += tokensOf(kindAt(text, at), end - at)
    at = end
  }
  return tokens
}

/** Tokens of a run of units of one kind. English words are mostly one token. */
function tokensOf(kind: number, length: number): number {
  if (kind === SPACE) return length > 1 ? 1 : 0
  if (kind === LETTER) return Math.ceil(length / 8)
  if (kind === DIGIT) return Math.ceil(length / 3)
  return kind === BEYOND_ASCII ? Math.ceil(length / 2) : length
}

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

/** Names for lines read worse than they save where they save less than this share of all the lines: so in code and prose. */
const MIN_SAVED_SHARE = 0.08

/** The line that explains the names. */
const HEAD_TOKENS = 17

/** How many units of tool output make a token, about: enough to know whether a name is worth it. */
const UNITS_PER_TOKEN = 3

/** @param named what got names, each with about how many tokens its name saves */
export function isWorthNames(named: readonly { readonly saved: number }[], lines: readonly string[]): boolean {
  const saved = named.reduce((sum, one) => sum + one.saved, 0)
  const all = lines.reduce((sum, line) => sum + line.length, 0) / UNITS_PER_TOKEN
  return named.length > 0 && saved - HEAD_TOKENS >= MIN_SAVED_SHARE * all
}

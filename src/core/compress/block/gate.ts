/** Is a candidate really smaller? Tokens decide, by the tokenizer of the model (spec: prompt-compression 1.6). */

import type { TokenCounter } from '../../tokenizer/index.ts'

/** Anything less is not worth a change. */
const MIN_SAVED_TOKENS = 4
const MIN_SAVED_SHARE = 0.02

/** A text's length by every measure in which a candidate must win. First comes the one that is billed; it chooses between candidates. */
export type Size = readonly number[]

/**
 * Tokens by the model's own tokenizer; for a model without an exact one, tokens by each judge and UTF-8 bytes.
 * @example sizeOf('hello', counter) // [1] for gpt-4o, [1, 1, 5] for claude-sonnet-4-5
 */
export function sizeOf(text: string, { judges, vocabulary }: TokenCounter): Size {
  const billed = judges.filter(({ name }) => name === vocabulary)
  const others = judges.filter(({ name }) => name !== vocabulary)
  const tokens = [...billed, ...others].map((judge) => judge.count(text))
  return tokens.length === 1 ? tokens : [...tokens, Buffer.byteLength(text)]
}

/** Is `candidate` smaller by every measure? */
export function isSmaller(candidate: Size, than: Size): boolean {
  return candidate.every((size, i) => size < (than[i] as number))
}

/** Is `candidate` smaller than the block it stands for by enough to be used? */
export function passesGate(candidate: Size, block: Size): boolean {
  return candidate.every((size, i) => {
    const before = block[i] as number
    return before - size >= Math.max(MIN_SAVED_TOKENS, MIN_SAVED_SHARE * before)
  })
}

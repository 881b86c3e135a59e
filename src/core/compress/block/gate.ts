/** Decides whether a candidate is smaller, in tokens of the model's tokenizer (docs/spec/compression.md, Smaller in tokens). */

import type { TokenCounter } from '../../tokenizer/index.ts'

/** Anything less is not worth a change. */
const MIN_SAVED_TOKENS = 4
const MIN_SAVED_SHARE = 0.02

/**
 * A text's length by every measure; a candidate must be smaller by each. The first is the tokens that are billed: it ranks
 * candidates.
 */
export type Size = readonly [billed: number, ...others: number[]]

/**
 * Tokens by the model's own tokenizer; for a model without an exact one, tokens by each judge and UTF-8 bytes.
 * @example sizeOf('hello', counter) // [1] for gpt-4o, [1, 1, 5] for claude-sonnet-4-5
 */
export function sizeOf(text: string, { judges, vocabulary }: TokenCounter): Size {
  const billed = judges.filter(({ name }) => name === vocabulary)
  const others = judges.filter(({ name }) => name !== vocabulary)
  const [tokens = 0, ...more] = [...billed, ...others].map((judge) => judge.count(text))
  return more.length === 0 ? [tokens] : [tokens, ...more, Buffer.byteLength(text)]
}

/** Is `candidate` smaller by every measure? */
export function isSmaller(candidate: Size, than: Size): boolean {
  return candidate.every((size, i) => size < (than[i] ?? 0))
}

/**
 * Is `candidate` smaller than the block it stands for by enough to be used?
 * @param share that it must save at least, by every measure
 */
export function passesGate(candidate: Size, block: Size, share = 0): boolean {
  return candidate.every((size, i) => {
    const before = block[i] ?? 0
    return before - size >= Math.max(MIN_SAVED_TOKENS, Math.max(MIN_SAVED_SHARE, share) * before)
  })
}

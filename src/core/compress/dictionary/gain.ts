/** Estimates the tokens that an entry saves. */

import { TOKEN } from './token-estimate.ts'

/** The cost of an entry without its value: its mark, `=`, the line end. */
const ENTRY = 3 * TOKEN

/** Smaller gains are within the error of the estimate. */
export const MIN_GAIN = 2 * TOKEN

/** A cheaper value is a piece of a word or a number, which does not help a reader. */
const MIN_VALUE = 2.5 * TOKEN

/** In tenths of a token, for an entry used `count` times whose value costs `value`. */
export function gainOf(value: number, count: number): number {
  return value < MIN_VALUE ? 0 : count * (value - TOKEN) - value - ENTRY
}

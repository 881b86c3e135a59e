/** What an entry saves. */

import { TOKEN } from './token-estimate.ts'

/** What an entry costs beside its value: its mark, `=`, the line end. */
const ENTRY = 3 * TOKEN

/** Anything less is within the error of the estimate. */
export const MIN_GAIN = 2 * TOKEN

/** What costs less is a piece of a word or a number, which is no help to a reader. */
const MIN_VALUE = 2.5 * TOKEN

/** In tenths of a token, for an entry used `count` times whose value costs `value`. */
export function gainOf(value: number, count: number): number {
  return value < MIN_VALUE ? 0 : count * (value - TOKEN) - value - ENTRY
}

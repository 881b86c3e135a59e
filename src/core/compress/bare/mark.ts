/** The mark of bare JSON in a text. */

/** The mark where it starts. */
export const MARK = /~(?=[{[])|~between(?=")/g

/** The mark when the whole text is bare JSON. */
const IS_BARE = /^\s*~[{[]/

const STARTS = /~[{[]/

/**
 * Does the text hold rows of bare JSON, more than a single value in a log line? Such rows have a notation of their own:
 * the line techniques do not shorten them, brackets in them are lists, and their values get no letters.
 */
export function holdsBareRecords(text: string): boolean {
  return IS_BARE.test(text) || (STARTS.test(text) && text.includes('[(') && text.includes(')\n'))
}

/** The mark of bare JSON in a text. */

/** The mark where it starts. */
export const MARK = /~(?=[{[])|~between(?=")/g

export function holdsMark(text: string): boolean {
  return text.includes('~') && text.search(MARK) >= 0
}

/** The mark when the whole text is bare JSON. */
const IS_BARE = /^\s*~[{[]/

const STARTS = /~[{[]/

/**
 * Does the text hold rows of bare JSON, more than a single value in a log line? Such rows have a notation of their own:
 * the line techniques do not shorten them, brackets in them are lists, and their values get no letters.
 */
export function holdsBareRecords(text: string): boolean {
  return IS_BARE.test(text) || (text.includes('[(') && text.includes(')\n') && STARTS.test(text))
}

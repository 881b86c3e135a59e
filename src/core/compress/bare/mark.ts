/** What says that bare JSON stands in a text. */

/** Where it starts. */
export const MARK = /~(?=[{[])|~between(?=")/g

/** The whole text is bare JSON. */
const IS_BARE = /^\s*~[{[]/

const STARTS = /~[{[]/

/**
 * Does the text hold rows of bare JSON, and not only one value in a line of a log here and there? Records are read by
 * their notation: their rows are no lines to shorten, what stands in brackets among them is a list, and their values are
 * nothing to give letters to.
 */
export function holdsBareRecords(text: string): boolean {
  return IS_BARE.test(text) || (STARTS.test(text) && text.includes('[(') && text.includes(')\n'))
}

/** What says that bare JSON stands in a text. */

/** Where it starts. */
export const MARK = /~(?=[{[])|~between(?=")/g

/**
 * Is the text bare JSON, and not lines of a log or a text with some in it? Records are read by their notation: their
 * rows are no lines to shorten, their values nothing to give letters to.
 */
export function isBareRecords(text: string): boolean {
  return /^\s*~[{[]/.test(text)
}

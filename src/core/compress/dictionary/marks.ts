/** Finds the letters that a text does not use. */

import { MARKS } from './form.ts'

/**
 * A script of marks, and characters that look like it: in a text that uses the script, its letters are words or
 * quantities.
 */
const SCRIPTS = [/[\p{Script=Greek}\u00b5\u{1d6a8}-\u{1d7cb}]/u, /\p{Script=Cyrillic}/u] as const

/** The marks, in order, from scripts that the text does not use at all. */
export function marksFor(text: string): readonly string[] {
  const used = SCRIPTS.filter((script) => script.test(text))
  return [...MARKS].filter((mark) => !used.some((script) => script.test(mark)))
}

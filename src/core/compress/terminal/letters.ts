/** Text without its colours, where a terminal would do nothing else with it. */

import { ESC, withoutColours } from './colours.ts'
import { hasLoneReturn } from './frames.ts'
import { withoutLinks } from './links.ts'

/** grep writes an erase of the rest of the line behind each of its colours. */
const ERASES_REST = new RegExp(`${ESC}\\[0?K`, 'g')

/** Any control character but those that end a line, tabs and escapes: it may move the cursor back. */
const CONTROLS = new RegExp(`[^\\P{Cc}\\t\\r\\n${ESC}]`, 'u')

/**
 * The text letter by letter, with its carriage returns, without colours and without erases of nothing.
 * @returns undefined when it holds other sequences than links and titles, which stay
 */
export function lettersOf(text: string): string | undefined {
  const plain = withoutColours(text)
  const rest = withoutLinks(plain)
  if (!rest.includes(ESC)) return plain
  const letters = plain.replace(ERASES_REST, '')
  const erasesNothing = rest === plain && !letters.includes(ESC) && !hasLoneReturn(plain) && !CONTROLS.test(plain)
  return erasesNothing ? letters : undefined
}

/** JSON that is part of a program or of a command: it is run, or quoted in an edit, so every letter must stay. */

import type { JsonSpan } from '../../json/index.ts'

/** The text before a literal: a quote, a bracket of arguments, an assignment, a return. */
const BEFORE = /(?:["'`(]|(?:^|[^=])=\s+|=>\s*|\breturn\s+)$/

/** The text after one: a quote, the end of arguments or of a statement. */
const AFTER = /^\s*(?:["'`]|\)|;)/

/** A comma before the end of a list: no serialiser writes one. */
const TRAILING_COMMA = /^\s*,\s*[\]}]/

/** In UTF-16 units: `return` and blanks. */
const LOOK = 16

/** Is the JSON a part of code? */
export function isLiteral(text: string, { start, end }: JsonSpan): boolean {
  const before = text.slice(Math.max(0, start - LOOK), start)
  const after = text.slice(end, end + LOOK)
  return BEFORE.test(before) || AFTER.test(after)
}

/** Is it the last element of a handwritten list? */
export function isInHandWrittenList(text: string, { end }: Pick<JsonSpan, 'end'>): boolean {
  return TRAILING_COMMA.test(text.slice(end, end + LOOK))
}

/** JSON that is part of a program or of a command: whoever runs it, or quotes it in an edit, needs it letter by letter. */

import type { JsonSpan } from '../../json/index.ts'

/** What stands before a literal: a quote, a bracket of arguments, an assignment, a return. */
const BEFORE = /(?:["'`(]|(?:^|[^=])=\s+|=>\s*|\breturn\s+)$/

/** What stands after one: a quote, the end of arguments or of a statement. */
const AFTER = /^\s*(?:["'`]|\)|;)/

/** A comma before the end of a list: no serialiser writes one. */
const TRAILING_COMMA = /^\s*,\s*[\]}]/

/** In UTF-16 units: `return` and blanks. */
const LOOK = 16

/** Does the JSON stand there as code? */
export function isLiteral(text: string, { start, end }: JsonSpan): boolean {
  const before = text.slice(Math.max(0, start - LOOK), start)
  const after = text.slice(end, end + LOOK)
  return BEFORE.test(before) || AFTER.test(after)
}

/** Is it the last element of a list that somebody wrote by hand? */
export function isInHandWrittenList(text: string, { end }: Pick<JsonSpan, 'end'>): boolean {
  return TRAILING_COMMA.test(text.slice(end, end + LOOK))
}

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

/** An option on the same line: `--config`, `-d`. */
const OPTION = /(?:^|\s)--?[a-z][\w-]*(?:[\s=]|$)/i

/** The head of a process list, whose lines end with a command. */
const PROCESSES = /\bPID\b.*\b(?:CMD|COMMAND|ARGS)\b/

/** A command's line is not looked at further back. UTF-16 units. */
const LOOK_ALONG_LINE = 256

/** The place of a value in JSON that is not whole: after a key, an element or an opening bracket. */
const PLACE_IN_JSON = /(?:"\s*:|[}\]"\de]\s*,|\[)\s*$/

/** Is the JSON a part of code or of a command? */
export function isLiteral(text: string, { start, end }: JsonSpan): boolean {
  const before = text.slice(Math.max(0, start - LOOK), start)
  const after = text.slice(end, end + LOOK)
  return BEFORE.test(before) || AFTER.test(after) || isArgument(text, start)
}

/**
 * Is it an indented part of JSON that was cut off? The rest keeps its indentation, and half of a document should not
 * look unlike the other half.
 */
export function isIndentedPiece(text: string, { start, end }: JsonSpan): boolean {
  const lineEnd = text.indexOf('\n', start)
  return lineEnd >= 0 && lineEnd < end && PLACE_IN_JSON.test(text.slice(Math.max(0, start - LOOK_ALONG_LINE), start))
}

function isArgument(text: string, start: number): boolean {
  const near = text.slice(Math.max(0, start - LOOK_ALONG_LINE), start)
  const line = near.slice(near.lastIndexOf('\n') + 1)
  return line !== '' && ((line.includes('-') && OPTION.test(line)) || PROCESSES.test(text.slice(0, LOOK_ALONG_LINE)))
}

/** Is it the last element of a handwritten list? */
export function isInHandWrittenList(text: string, { end }: Pick<JsonSpan, 'end'>): boolean {
  return TRAILING_COMMA.test(text.slice(end, end + LOOK))
}

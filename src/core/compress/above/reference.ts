/**
 * The lines that replace lines which stand above them in the same block. `[12 more lines as above, to "at main"]` follows
 * a line that stands above as well, and what stood below it there. `[the 2 lines above 3 more times]` repeats lines.
 */

import { quoteOf } from '../earlier/reference.ts'
import { linePattern } from '../lines/line-pattern.ts'

export interface More {
  readonly lines: number
  /** The quote of the last line. */
  readonly last: string
}

export interface Again {
  readonly lines: number
  readonly times: number
}

const MORE = /^\[([1-9]\d{0,8}) more lines? as above, to "(.*)"\]$/su
const AGAIN = /^\[the ([1-9]\d{0,8}) lines above ([1-9]\d{0,8}) more times?\]$/

/** Longer than any reference. */
const MAX_REFERENCE = 120

/** Does a line of the text begin as a reference? */
export const HAS_ABOVE = linePattern(
  ' above',
  /^\[(?:\d+ more lines? as above, to "|the \d+ lines above \d+ more time)/m,
)

export { quoteOf }

export function writeMore({ lines, last }: More): string {
  return `[${lines} more line${lines === 1 ? '' : 's'} as above, to "${last}"]`
}

/** @returns undefined for any line that `writeMore` does not write */
export function parseMore(line: string): More | undefined {
  if (line.length > MAX_REFERENCE || !line.startsWith('[')) return undefined
  const [, lines, last = ''] = MORE.exec(line) ?? []
  const more = { lines: Number(lines), last }
  return lines !== undefined && writeMore(more) === line ? more : undefined
}

export function writeAgain({ lines, times }: Again): string {
  return `[the ${lines} lines above ${times} more time${times === 1 ? '' : 's'}]`
}

/** @returns undefined for any line that `writeAgain` does not write */
export function parseAgain(line: string): Again | undefined {
  if (line.length > MAX_REFERENCE || !line.startsWith('[')) return undefined
  const [, lines, times] = AGAIN.exec(line) ?? []
  const again = { lines: Number(lines), times: Number(times) }
  return times !== undefined && writeAgain(again) === line ? again : undefined
}

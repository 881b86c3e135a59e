/**
 * The line that replaces lines of its own block that stand above it: `[12 lines as above: "Traceback (most" … "at
 * main"]`; with their number of times where they follow each other: `[2 lines as above, 3 times: "GET" … "200"]`.
 */

import { quoteOf } from '../earlier/reference.ts'

export interface Above {
  readonly lines: number
  readonly times: number
  /** Quotes of the first and the last line. */
  readonly first: string
  readonly last: string
}

const BETWEEN = '" … "'
const FORM = /^\[([1-9]\d{0,8}) lines? as above(?:, ([1-9]\d{0,8}) times)?: "(.*)"\]$/su

/** Longer than any reference: it has two quotes. */
const MAX_REFERENCE = 160

/** Does a line of the text begin as a reference? */
export const HAS_ABOVE = /^\[\d+ lines? as above[:,]/m

export { quoteOf }

export function writeAbove({ lines, times, first, last }: Above): string {
  const often = times === 1 ? '' : `, ${times} times`
  const quotes = lines === 1 ? first : first + BETWEEN + last
  return `[${lines} line${lines === 1 ? '' : 's'} as above${often}: "${quotes}"]`
}

/** @returns undefined for any line that `writeAbove` does not write */
export function parseAbove(line: string): Above | undefined {
  if (line.length > MAX_REFERENCE || !line.startsWith('[')) return undefined
  const [, count, times = '1', quotes = ''] = FORM.exec(line) ?? []
  if (count === undefined) return undefined
  const [first = '', last = first, ...others] = quotes.split(BETWEEN)
  const above = { lines: Number(count), times: Number(times), first, last }
  return others.length === 0 && writeAbove(above) === line ? above : undefined
}

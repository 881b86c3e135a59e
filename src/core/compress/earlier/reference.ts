/**
 * The line that replaces a run of lines of an earlier block: `[43 lines as in call_7: "def find(key):" … "return
 * found"]`. The quotes are literal, so that a reader or a search finds the run.
 */

import { hasBracketLine } from '../lines/line-pattern.ts'

export interface Reference {
  readonly lines: number
  /** The earlier block's name (block-names.ts). */
  readonly block: string
  /** Quotes of the run's first and last line; a run of one line has one quote. */
  readonly first: string
  readonly last: string
}

/** All lines of an earlier block: `[all of call_7 again: 43 lines]`. */
export interface WholeReference {
  readonly lines: number
  readonly block: string
}

/** UTF-16 units that are quoted: enough for a time stamp, or for most lines of code. */
const QUOTE = 32

const BETWEEN = '" … "'
const FORM = /^\[(\d+) lines? as in ([\w.:-]+|\w+\[\d+\]): "(.*)"\]$/su
const BEGINS = /^\[\d+ lines? as in [\w.:[-]/gm
const WHOLE = /^\[all of ([\w.:-]+|\w+\[\d+\]) again: (\d+) lines?\]$/

/** Longer than any reference: a name has at most 64 units. */
const MAX_REFERENCE = 200

/** The quote of a line: without the white space around it, and cut when it is long. */
export function quoteOf(line: string): string {
  const text = line.trim()
  if (text.length <= QUOTE) return text
  // A surrogate pair is never split.
  const isCutInPair = (text.codePointAt(QUOTE - 1) as number) > 0xffff
  return `${text.slice(0, isCutInPair ? QUOTE - 1 : QUOTE)}…`
}

export function writeReference({ lines, block, first, last }: Reference): string {
  const quotes = lines === 1 ? first : first + BETWEEN + last
  return `[${linesWord(lines)} as in ${block}: "${quotes}"]`
}

function linesWord(lines: number): string {
  return lines === 1 ? '1 line' : `${lines} lines`
}

/** @returns undefined for any line that `writeReference` does not write */
export function parseReference(line: string): Reference | undefined {
  if (line.length > MAX_REFERENCE || !line.startsWith('[')) return undefined
  const [, count, block = '', quotes = ''] = FORM.exec(line) ?? []
  const lines = Number(count)
  const [first = '', last = first, ...others] = quotes.split(BETWEEN)
  const reference = { lines, block, first, last }
  return lines > 0 && others.length === 0 && writeReference(reference) === line ? reference : undefined
}

export function writeWhole({ lines, block }: WholeReference): string {
  return `[all of ${block} again: ${linesWord(lines)}]`
}

/** @returns undefined for any text that `writeWhole` does not write */
export function parseWhole(text: string): WholeReference | undefined {
  const [, block = '', lines] = text.length > MAX_REFERENCE ? [] : (WHOLE.exec(text) ?? [])
  const whole = { lines: Number(lines), block }
  return lines !== undefined && writeWhole(whole) === text ? whole : undefined
}

/** Is the text a reference to a whole block, or does a line of it look like a reference to lines? */
export function hasReference(text: string): boolean {
  if (parseWhole(text) !== undefined) return true
  if (!hasBracketLine(text)) return false
  for (const { index } of text.matchAll(BEGINS)) {
    const end = text.indexOf('\n', index)
    if (parseReference(text.slice(index, end < 0 ? text.length : end)) !== undefined) return true
  }
  return false
}

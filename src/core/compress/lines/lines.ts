/**
 * Splits a text into lines, each with its own end, so that mixed line ends and a missing last one come back unchanged.
 * The last text is remembered (memory/text-memo.ts).
 */

import { rememberingTexts } from '../memory/text-memo.ts'

interface Lines {
  readonly lines: readonly string[]
  bare?: readonly string[]
  starts?: Int32Array
}

const splitOnce: (text: string) => Lines = rememberingTexts(1, (text) => ({ lines: split(text) }))

/** The lines with their ends; the last one may have none. Joined they are the text. */
export function linesOf(text: string): readonly string[] {
  return splitOnce(text).lines
}

/** The lines without their ends. */
export function bareLinesOf(text: string): readonly string[] {
  const known = splitOnce(text)
  known.bare ??= known.lines.map(withoutEnd)
  return known.bare
}

/** The start of each line in the text, and then the text's length. */
export function startsOfLines(text: string): Int32Array {
  const known = splitOnce(text)
  known.starts ??= startsOf(known.lines)
  return known.starts
}

function startsOf(lines: readonly string[]): Int32Array {
  const starts = new Int32Array(lines.length + 1)
  for (let at = 0; at < lines.length; at++) starts[at + 1] = (starts[at] as number) + (lines[at] as string).length
  return starts
}

function split(text: string): string[] {
  const lines: string[] = []
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from)
    const next = end < 0 ? text.length : end + 1
    lines.push(text.slice(from, next))
    from = next
  }
  return lines
}

/** A line without its end: line feed, with the carriage return before it. */
export function withoutEnd(line: string): string {
  const end = line.length - 1
  if (line.charCodeAt(end) !== 0x0a) return line
  return line.slice(0, line.charCodeAt(end - 1) === 0x0d ? end - 1 : end)
}

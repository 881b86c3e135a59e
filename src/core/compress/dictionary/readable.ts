/** Which part of a repeated run reads well as an entry. */

import { BLANKS, LINE_END } from './atoms.ts'

/**
 * How much of a run from its start on is a part of one line without blanks at its ends, or whole lines; 0 for nothing.
 * @param kindOf the kind of atom behind a number of the sequence
 */
export function readableLength(ids: Int32Array, start: number, length: number, kindOf: (id: number) => number): number {
  const kindAt = (at: number) => (at >= 0 && at < ids.length ? kindOf(ids[at] as number) : LINE_END)
  if (isSpace(kindAt(start))) return 0
  let lineEnd = start
  while (lineEnd < start + length && kindAt(lineEnd) !== LINE_END) lineEnd++
  const isLineStart = kindAt(kindAt(start - 1) === BLANKS ? start - 2 : start - 1) === LINE_END
  const isOneLine = lineEnd === start + length || !isLineStart
  let end = isOneLine ? lineEnd : start + length
  while (isSpace(kindAt(end - 1)) || !(isOneLine || kindAt(end) === LINE_END)) end--
  return end - start
}

function isSpace(kind: number): boolean {
  return kind === BLANKS || kind === LINE_END
}

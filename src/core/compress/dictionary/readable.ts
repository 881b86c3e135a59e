/** Which part of a repeated run reads well as an entry. */

import { BLANKS, LINE_END } from './atoms.ts'

/**
 * How much of a run, from its start on, is a part of one line, or begins at the start of a line: what is read from the
 * left stays where it was. A value ends before a line end.
 * @param kindOf the kind of atom behind a number of the sequence
 */
export function readableLength(ids: Int32Array, start: number, length: number, kindOf: (id: number) => number): number {
  const kindAt = (at: number) => (at >= 0 && at < ids.length ? kindOf(ids[at] as number) : LINE_END)
  const isLineStart = kindAt(kindAt(start - 1) === BLANKS ? start - 2 : start - 1) === LINE_END
  if (kindAt(start) === LINE_END) return 0
  let end = start + length
  if (!isLineStart) {
    end = start
    while (end < start + length && kindAt(end) !== LINE_END) end++
  }
  while (end > start && kindAt(end - 1) === LINE_END) end--
  return end - start
}

/** Removes the unchanged lines of a unified diff, except those next to a change. */

import { linesOf } from '../../lines/lines.ts'
import { lossyTechnique, withoutLines } from './left-out.ts'

const WHAT = 'unchanged lines'

/** Lines of context on either side of a change. */
const KEPT = 1

/** The head of a hunk, with the number of lines in the old and in the new text. */
const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/

const OTHER = 0
const CONTEXT = 1
const CHANGE = 2
const KINDS: Readonly<Record<string, number>> = { ' ': CONTEXT, '-': CHANGE, '+': CHANGE }

export const diffContext = lossyTechnique('diff-context', WHAT, (text) => {
  if (!text.includes('@@ -')) return undefined
  const lines = linesOf(text)
  const kinds = kindsOf(lines)
  const isKept = (index: number) =>
    kinds[index] !== CONTEXT || kinds.slice(Math.max(0, index - KEPT), index + KEPT + 1).includes(CHANGE)
  return withoutLines(lines, isKept, { what: WHAT, fewest: 2 })
})

/** Counts the lines of each hunk, so that no line after a hunk is read as a part of it. */
function kindsOf(lines: readonly string[]): number[] {
  const left = { old: 0, new: 0 }
  return lines.map((line) => {
    const hunk = HUNK.exec(line)
    if (hunk !== null) {
      left.old = Number(hunk[1] ?? 1)
      left.new = Number(hunk[2] ?? 1)
      return OTHER
    }
    if (left.old <= 0 && left.new <= 0) return OTHER
    if (!line.startsWith('+')) left.old--
    if (!line.startsWith('-')) left.new--
    return KINDS[line.charAt(0)] ?? OTHER
  })
}

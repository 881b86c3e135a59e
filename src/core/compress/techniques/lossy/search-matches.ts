/** Keeps only the first few search matches of each file. */

import { linesOf } from '../../lines/lines.ts'
import { lossyTechnique, withoutLines } from './left-out.ts'

const WHAT = 'more matches in the same file'

/** Matches of a file that stay. */
const KEPT = 5

/** `path:12:text`, the format of grep and similar tools with line numbers; not a time of day. */
const MATCH = /^((?:[A-Za-z]:)?[^\s:]{1,256}):([1-9]\d*)[:-](?!\d\d\b)/

/** The minimum share of lines in that format: other texts have a few such lines by chance. */
const MIN_SHARE = 0.8

export const searchMatches = lossyTechnique('search-matches', WHAT, (text) => {
  const lines = linesOf(text)
  const files = filesOf(lines)
  if (files.filter((file) => file !== undefined).length < MIN_SHARE * lines.length) return undefined
  const counts = new Map<string, number>()
  const isKept = files.map((file) => {
    if (file === undefined) return true
    const count = (counts.get(file) ?? 0) + 1
    counts.set(file, count)
    return count <= KEPT
  })
  return withoutLines(lines, (index) => isKept[index] === true, { what: WHAT, fewest: 2 })
})

/** The file of each line; undefined where the line number does not rise: matches are in rising order, times are not. */
function filesOf(lines: readonly string[]): (string | undefined)[] {
  const last = new Map<string, number>()
  return lines.map((line) => {
    const [, file, digits] = MATCH.exec(line) ?? []
    if (file === undefined || !/[./\\]/.test(file)) return undefined
    const number = Number(digits)
    const rises = number > (last.get(file) ?? 0)
    last.set(file, number)
    return rises ? file : undefined
  })
}

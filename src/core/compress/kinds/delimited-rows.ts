/** Tells rows with tabs, commas, semicolons or bars between their cells: most have the same number of them. */

import { shareOfLogged } from './log.ts'
import type { Sample } from './sample.ts'

const MIN_ROWS = 3

const DELIMITERS = ['\t', ',', ';', '|']

/** Of one delimiter that is not a tab, as sentences have it, nearly all lines must have it once. */
const MIN_SHARE = 0.8
const MIN_SHARE_OF_PAIRS = 0.95

/** Two of so many lines must have a delimiter: the first may be a prompt or a title. */
const HEAD_LINES = 3

export function isDelimited(sample: Sample): boolean {
  const head = sample.lines.slice(0, HEAD_LINES)
  return DELIMITERS.some((delimiter) => {
    const found = head.filter((line) => line.includes(delimiter)).length
    return found > 1 && isDelimitedBy(delimiter, sample)
  })
}

function isDelimitedBy(delimiter: string, sample: Sample): boolean {
  const { delimiters, rows } = commonest(sample.lines.map((line) => countIn(line, delimiter)))
  const isPair = delimiters === 1 && delimiter !== '\t'
  // A comma before the milliseconds, or in a sentence.
  if (delimiters === 0 || (isPair && (shareOfLogged(sample) >= 0.5 || isInSentences(delimiter, sample)))) return false
  const { length } = sample.lines
  // One line may be a prompt or a title.
  return rows >= MIN_ROWS && (rows >= length - 1 || rows >= (isPair ? MIN_SHARE_OF_PAIRS : MIN_SHARE) * length)
}

function isInSentences(delimiter: string, { lines }: Sample): boolean {
  return 2 * lines.filter((line) => line.includes(`${delimiter} `)).length > lines.length
}

/** The number of delimiters that most lines have. */
function commonest(counts: readonly number[]): { delimiters: number; rows: number } {
  const rowsOf = new Map<number, number>()
  let best = { delimiters: 0, rows: 0 }
  for (const delimiters of counts) {
    const rows = (rowsOf.get(delimiters) ?? 0) + 1
    rowsOf.set(delimiters, rows)
    if (rows > best.rows) best = { delimiters, rows }
  }
  return best
}

/** Delimiters outside of quotes: the pieces between quotes are outside and inside by turns. */
function countIn(line: string, delimiter: string): number {
  let count = 0
  for (const [at, piece] of line.split('"').entries()) if (at % 2 === 0) count += piece.split(delimiter).length - 1
  return count
}

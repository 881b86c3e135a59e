/**
 * Three or more equal lines in a row: the line stays as it is, and one line below it counts the others, `[the line above
 * 11 more times]`.
 */

import { MAX_BLOCK_BYTES } from '../limits.ts'
import { holdsForm } from '../lines/forms.ts'
import { linePattern } from '../lines/line-pattern.ts'
import { linesOf } from '../lines/lines.ts'
import type { Technique } from '../technique.ts'

const MIN_MORE = 2

/** A count, with the line's end. */
const COUNT = /^\[the line above (\d+) more times\](?:\r?\n)?$/
const COUNTS = linePattern('[the line above ', /^\[the line above \d+ more times\]\r?$/m)

const LINE_END = /\r?\n$/

/** Source, lists and brackets: how often a line stands there is part of what it says. */
const STAYS = /^(?:\s|[-*+>|] )|^[^\p{L}\p{N}]*$/u

export const repeatedLines: Technique = {
  name: 'repeated-lines',
  equivalence: 'string',

  encode(text) {
    if (COUNTS.test(text) || holdsForm(text)) return undefined
    const lines = linesOf(text)
    let folded = ''
    for (let at = 0; at < lines.length; ) {
      const line = lines[at] as string
      let end = at + 1
      while (lines[end] === line) end++
      folded += fold(line, end - at)
      at = end
    }
    return folded.length < text.length ? folded : undefined
  },

  decode(text) {
    if (!COUNTS.test(text)) return undefined
    let unfolded = ''
    let above = ''
    for (const line of linesOf(text)) {
      const more = COUNT.exec(line)?.[1]
      const copies = more === undefined ? line : copiesOf(above, more)
      if (copies === undefined || unfolded.length + copies.length > MAX_BLOCK_BYTES) return undefined
      unfolded += copies
      above = more === undefined ? line : ''
    }
    return unfolded
  },

  recognises: (text) => COUNTS.test(text),
}

/** The line and the count of the others, or all of them when those are shorter. */
function fold(line: string, repeats: number): string {
  const more = repeats - 1
  const count = `[the line above ${more} more times]${endOf(line)}`
  const isWorth = more >= MIN_MORE && more * line.length > count.length && endOf(line) !== '' && !STAYS.test(line)
  return isWorth ? line + count : line.repeat(repeats)
}

/** The other copies of the line above; undefined for a count that no encoder writes. */
function copiesOf(above: string, digits: string): string | undefined {
  const more = Number(digits)
  const isOurs = more >= MIN_MORE && String(more) === digits && endOf(above) !== ''
  return isOurs && more * above.length <= MAX_BLOCK_BYTES ? above.repeat(more) : undefined
}

function endOf(line: string): string {
  return LINE_END.exec(line)?.[0] ?? ''
}

/** Three or more equal lines in a row become one line with a count: `still waiting [x12]`. */

import { holdsBareRecords } from '../bare/mark.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import { linesOf } from '../lines/lines.ts'
import type { Technique } from '../technique.ts'

const MIN_REPEATS = 3

/** A count at the end of a line. */
const COUNT = / \[x(\d+)\](?=\r?\n|$)/

export const repeatedLines: Technique = {
  name: 'repeated-lines',
  equivalence: 'string',

  encode(text) {
    if (COUNT.test(text) || holdsBareRecords(text)) return undefined
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
    if (!COUNT.test(text)) return undefined
    let unfolded = ''
    for (const line of linesOf(text)) {
      const { single, repeats } = unfold(line)
      // No encoder writes fewer repeats, or more than a block's limit.
      if (repeats < 1 || unfolded.length + repeats * single.length > MAX_BLOCK_BYTES) return undefined
      unfolded += single.repeat(repeats)
    }
    return unfolded
  },

  recognises: (text) => COUNT.test(text),
}

/** `line` once with its count, or all copies when those are shorter or the line is blank. */
function fold(line: string, repeats: number): string {
  const count = ` [x${repeats}]`
  if (repeats < MIN_REPEATS || (repeats - 1) * line.length <= count.length || line.trim() === '') {
    return line.repeat(repeats)
  }
  const end = line.endsWith('\r\n') ? '\r\n' : '\n'
  return line.slice(0, -end.length) + count + end
}

/** The line without its count, and the number of copies; 0 for a count that no encoder writes. */
function unfold(line: string): { single: string; repeats: number } {
  const count = COUNT.exec(line)
  if (count === null) return { single: line, repeats: 1 }
  const repeats = Number(count[1])
  const isOurs = repeats >= MIN_REPEATS && String(repeats) === count[1]
  const single = line.slice(0, count.index) + line.slice(count.index + count[0].length)
  return { single, repeats: isOurs ? repeats : 0 }
}

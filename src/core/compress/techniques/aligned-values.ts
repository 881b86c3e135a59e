/**
 * Values aligned in a column behind their keys: the first line of a run keeps its layout, the lines below are written
 * with a single space.
 */

import { holdsBareRecords } from '../bare/mark.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import { linesOf, withoutEnd } from '../lines/lines.ts'
import type { Technique } from '../technique.ts'

const HEAD = '[values aligned with those above]\n'

/**
 * A key with its colon, or before an equals sign; the spaces behind it; the value. A number or a file path is not a
 * key: the text behind it may be code, and its indentation has a meaning.
 */
const KEY = /^( *[^\s:=/\d](?:[^:=/ ]| (?! )){0,60}?(?::(?= +[^ ])|(?= += )))( +)/

/** Without one of these characters, no value is aligned. */
const GAPS = [':  ', '  = ']

/** A head costs as many tokens. */
const MIN_SAVED = 8

export const alignedValues: Technique = {
  name: 'aligned-values',
  equivalence: 'string',

  encode(text) {
    if (text.startsWith(HEAD) || holdsBareRecords(text)) return undefined
    if (!GAPS.some((gap) => text.includes(gap))) return undefined
    const column = new Column()
    let saved = 0
    let squeezed = ''
    for (const line of linesOf(text)) {
      const written = column.squeeze(line)
      if (written === undefined) return undefined
      if (written !== line) saved++
      squeezed += written
    }
    return saved < MIN_SAVED ? undefined : HEAD + squeezed
  },

  decode(text) {
    if (!text.startsWith(HEAD)) return undefined
    const column = new Column()
    let aligned = ''
    for (const line of linesOf(text.slice(HEAD.length))) {
      aligned += column.align(line)
      if (aligned.length > MAX_BLOCK_BYTES) return undefined
    }
    return aligned
  },

  recognises: (text) => text.startsWith(HEAD),
}

/** The columns of the values in the lines above, read line by line. */
class Column {
  #at = 0
  #name = ''

  /** A line with a single space before its value; undefined when it would be read as another line. */
  squeeze(line: string): string | undefined {
    const above = this.#at
    const [key, start] = this.#read(line)
    if (key === undefined || above <= key.length + 1) return line
    if (start.length === key.length + 1) return above > start.length ? undefined : line
    return start.length === above ? `${key} ${line.slice(start.length)}` : line
  }

  align(line: string): string {
    const above = this.#at
    const [key, start] = this.#read(line)
    if (key === undefined || start.length > key.length + 1 || above < start.length) return line
    this.#at = above
    return key.padEnd(above) + line.slice(start.length)
  }

  /** The key, and all text before the value; remembers the column of the value. */
  #read(line: string): readonly [key: string | undefined, start: string] {
    const [start = '', key, gap = ''] = KEY.exec(line) ?? []
    const name = key?.replace(/\d+/g, '') ?? ''
    // The same key, or the next number: a name from another source, such as a file name in search results.
    const isKey = key !== undefined && name !== this.#name
    this.#name = name
    if (!isKey) this.#at = isBelow(line, this.#at) ? this.#at : 0
    else if (gap.length > 1) this.#at = start.length
    return [isKey ? key : undefined, start]
  }
}

/** Does a line without a key continue the value above? */
function isBelow(line: string, column: number): boolean {
  return withoutEnd(line).length > column && line.slice(0, column).trim() === ''
}

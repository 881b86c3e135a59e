/**
 * Values set in a column behind their keys: the first line of a run keeps its layout, the lines below are written with
 * a single space and follow it.
 */

import { linesOf, withoutEnd } from '../lines/lines.ts'
import { MAX_BLOCK_BYTES } from '../request/budget.ts'
import type { Technique } from '../technique.ts'

const HEAD = '[values aligned with those above]\n'

/** A key with its colon, or in front of an equals sign; the spaces behind it; the value. */
const KEY = /^( *[^\s:=](?:[^:= ]| (?! )){0,60}?(?::(?= +[^ ])|(?= += )))( +)/

/** A head costs as much. */
const MIN_SAVED = 8

export const alignedValues: Technique = {
  name: 'aligned-values',
  equivalence: 'string',

  encode(text) {
    if (text.startsWith(HEAD)) return undefined
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

/** Where the values of the lines above stand, read line by line. */
class Column {
  #at = 0

  /** A line with a single space before its value; undefined when it would be read as another one. */
  squeeze(line: string): string | undefined {
    const above = this.#at
    const [start, key] = this.#read(line)
    if (start === undefined || key === undefined) return line
    const squeezed = above > key.length + 1 && start.length === above ? `${key} ${line.slice(start.length)}` : line
    return start.length === key.length + 1 && above > start.length ? undefined : squeezed
  }

  align(line: string): string {
    const above = this.#at
    const [start, key] = this.#read(line)
    if (start === undefined || key === undefined || start.length > key.length + 1 || above < start.length) return line
    this.#at = above
    return key.padEnd(above) + line.slice(start.length)
  }

  /** Everything before the value, and the key alone; remembers where the value stands. */
  #read(line: string): readonly [start: string | undefined, key: string | undefined] {
    const [start, key, gap] = KEY.exec(line) ?? []
    if (start === undefined) this.#at = isBelow(line, this.#at) ? this.#at : 0
    else if ((gap as string).length > 1) this.#at = start.length
    return [start, key]
  }
}

/** Is a line without a key the rest of the value above? */
function isBelow(line: string, column: number): boolean {
  return withoutEnd(line).length > column && line.slice(0, column).trim() === ''
}

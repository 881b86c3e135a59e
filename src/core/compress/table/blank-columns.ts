/** Finds the columns of a table by the blanks that all of its lines have in the same places. */

import type { Region } from './drawing.ts'

/** Where the widest cell of a column begins and ends. */
export interface Column {
  readonly start: number
  readonly end: number
}

/** The columns of the lines that follow the first line's, and how many lines do. */
export function columnsOf({ lines, at, end }: Region): { lines: number; columns: readonly Column[] } | undefined {
  const shared = new SharedBlanks(lines[at] as string)
  let next = at + 1
  while (next < end && shared.add(lines[next] as string)) next++
  const count = next - at
  return count < 2 ? { lines: count, columns: [] } : { lines: count, columns: shared.columns(lines.slice(at, next)) }
}

/** A gap of the first line, and one place in it that is blank in all lines. */
interface Gap {
  readonly from: number
  readonly to: number
  cut: number
}

const GAP = / {2,}/g

/** A line with more is no row. */
const MAX_GAPS = 500

class SharedBlanks {
  /** By place in the first line: 1 where all lines have a blank, or end before. */
  readonly #isBlank: Uint8Array
  /** The wide gaps of the first line: every line has a blank in each of them. */
  readonly #gaps: Gap[] = []

  constructor(first: string) {
    this.#isBlank = new Uint8Array(first.length)
    for (let place = 0; place < first.length; place++) if (isBlankAt(first, place)) this.#isBlank[place] = 1
    for (const { index, 0: gap } of first.matchAll(GAP)) {
      const to = index + gap.length
      if (index > 0 && to < first.length) this.#gaps.push({ from: index, to, cut: index })
      if (this.#gaps.length > MAX_GAPS) break
    }
  }

  /** Adds a line that has a cell before and after one of the gaps, and none across any. */
  add(line: string): boolean {
    const cuts = this.#gaps.length > MAX_GAPS ? undefined : this.#cutsWith(line)
    if (cuts === undefined || line.includes('\t')) return false
    const start = line.length - line.trimStart().length
    const end = line.trimEnd().length
    if (!cuts.some((cut) => start < cut && cut < end)) return false
    for (const [nth, gap] of this.#gaps.entries()) gap.cut = cuts[nth] as number
    const shared = Math.min(line.length, this.#isBlank.length)
    for (let place = 0; place < shared; place++) if (!isBlankAt(line, place)) this.#isBlank[place] = 0
    return true
  }

  /** In each gap, a place that would still be blank in all lines; undefined when one has none. */
  #cutsWith(line: string): readonly number[] | undefined {
    const cuts: number[] = []
    for (const { from, to, cut } of this.#gaps) {
      let place = isBlankAt(line, cut) ? cut : from
      while (place < to && !(this.#isBlank[place] === 1 && isBlankAt(line, place))) place++
      if (place === to) return undefined
      cuts.push(place)
    }
    return cuts
  }

  columns(lines: readonly string[]): readonly Column[] {
    const columns: Column[] = []
    let start = this.#endOfBlanks(0)
    for (let place = start; place < this.#isBlank.length; place++) {
      if (this.#isBlank[place] === 0) continue
      const next = this.#endOfBlanks(place)
      if (next === this.#isBlank.length) break
      const column = { start, end: place }
      if (isBorder(lines, column, next, this.#endOfColumn(next))) {
        columns.push(column)
        start = next
      }
      place = next
    }
    columns.push({ start, end: Math.max(...lines.map((line) => line.trimEnd().length)) })
    return columns
  }

  #endOfBlanks(from: number): number {
    let place = from
    while (this.#isBlank[place] === 1) place++
    return place
  }

  #endOfColumn(from: number): number {
    const end = this.#isBlank.indexOf(1, from)
    return end < 0 ? this.#isBlank.length : end
  }
}

const BLANK = 0x20

function isBlankAt(line: string, place: number): boolean {
  return place >= line.length || line.charCodeAt(place) === BLANK
}

/**
 * Do the blanks between two pieces part two columns? The head names the right one, and two blanks do. A single one
 * does where it is padding: the left column's cells end there, or the right column's end together.
 */
function isBorder(lines: readonly string[], left: Column, from: number, to: number): boolean {
  const [head = '', ...body] = lines
  if (head.slice(from, to).trim() === '') return false
  const isEmpty = body.every((line) => line.slice(from, to).trim() === '')
  if (from - left.end > 1) return !isEmpty || head.slice(left.end, from).length > 1
  if (isEmpty) return false
  return (
    isRagged(lines.map((line) => line.slice(left.start, left.end))) ||
    isRagged(lines.map((line) => line.slice(from, to)))
  )
}

/** Do the texts all end at the same place, and begin at different ones? */
function isRagged(texts: readonly string[]): boolean {
  const width = texts[0]?.length
  return (
    texts.every((text) => text.length === width && !text.endsWith(' ')) && texts.some((text) => text.startsWith(' '))
  )
}

/**
 * The rows of a terminal as high and as wide as its text, and how many frames each of them lost. Where a smaller
 * terminal might show something else, the effect is unknown: a cursor above the first row, below the last one or far to
 * the right. So it is behind a character of unknown width, until the line is left or erased.
 */

import { cellsOf, HALF, HOLE, holdsInk, MAX_COLUMN } from './cells.ts'
import type { Move, Piece } from './pieces.ts'

export interface Row {
  /** A unit for each cell; where `isExact` is false, any text. */
  cells: string
  isExact: boolean
  /** The line end that was written first. */
  end: string
  /** Frames of which something is no longer shown. */
  lost: number
  /** The visit that lost the last of them. One visit of the cursor replaces one frame, however often it erases. */
  lostAt: number
}

export class Rows {
  readonly #rows: Row[] = [newRow()]
  #at = 0
  /** NaN where it is unknown. */
  #column = 0
  /** False behind a character of unknown width: the column then only says that the cursor is at the end of its row. */
  #isExact = true
  #visit = 0

  /** The rows without the empty ones below the cursor; the row above them takes over their losses. */
  get shown(): readonly Row[] {
    const rows = this.#rows
    while (rows.length - 1 > this.#at && !holdsInk(this.#last.cells)) {
      const { lost } = rows.pop() as Row
      this.#last.lost += lost
      this.#last.end = ''
    }
    return rows
  }

  /** @returns false when the effect is unknown; then the rows are of no use */
  put(piece: Piece): boolean {
    switch (piece.kind) {
      case 'text':
        return this.#write(piece.text)
      case 'end':
        return this.#endRow(piece.text)
      case 'return':
        return this.#goTo(this.#at, 0)
      case 'move':
        return this.#move(piece.move, piece.count)
    }
  }

  get #row(): Row {
    return this.#rows[this.#at] as Row
  }

  get #last(): Row {
    return this.#rows.at(-1) as Row
  }

  get #isAtEnd(): boolean {
    const { cells, isExact } = this.#row
    return this.#column === cells.length && isExact === this.#isExact
  }

  #endRow(end: string): boolean {
    this.#row.end ||= end
    if (this.#at === this.#rows.length - 1) this.#rows.push(newRow())
    return this.#goTo(this.#at + 1, 0)
  }

  #move(move: Move, count: number | undefined): boolean {
    const by = count || 1
    const column = this.#isExact ? this.#column : Number.NaN
    switch (move) {
      case 'A':
        return this.#goTo(this.#at - by, column)
      case 'B':
        return this.#goTo(this.#at + by, column)
      case 'C':
        return this.#goTo(this.#at, column + by)
      case 'D':
        return this.#goTo(this.#at, Math.max(0, column - by))
      case 'E':
        return this.#goTo(this.#at + by, 0)
      case 'F':
        return this.#goTo(this.#at - by, 0)
      case 'G':
        return this.#goTo(this.#at, by - 1)
      case 'J':
        return !count && this.#eraseBelow()
      case 'K':
        return this.#eraseInRow(count ?? 0)
    }
  }

  #goTo(at: number, column: number): boolean {
    if (at < 0 || at >= this.#rows.length || (column > MAX_COLUMN && at === this.#at)) return false
    this.#at = at
    this.#column = column
    this.#isExact = true
    this.#visit++
    return true
  }

  #write(text: string): boolean {
    const row = this.#row
    const cells = cellsOf(text)
    if (!this.#isAtEnd) return row.isExact && cells !== undefined && this.#overwrite(cells)
    row.isExact &&= cells !== undefined
    this.#isExact = row.isExact
    row.cells += row.isExact ? cells : text
    this.#column = row.cells.length
    return true
  }

  #overwrite(cells: string): boolean {
    const row = this.#row
    const end = this.#column + cells.length
    const isBounded = this.#column <= MAX_COLUMN && (row.cells.length <= MAX_COLUMN || row.cells.length <= end)
    if (!this.#isExact || !isBounded) return false
    const under = row.cells.slice(this.#column, end)
    if (hidesInk(under, cells)) this.#lose()
    const left = upTo(row.cells, this.#column).padEnd(this.#column, HOLE)
    row.cells = left + cells + from(row.cells, end)
    this.#column = end
    return true
  }

  #eraseInRow(part: number): boolean {
    if (part === 2) return this.#eraseRow()
    if (part > 2 || Number.isNaN(this.#column)) return false
    if (part === 0 && this.#isAtEnd) return true
    if (part === 0 && this.#column === 0) return this.#eraseRow()
    return this.#erasePart(part === 0)
  }

  #erasePart(isRest: boolean): boolean {
    const row = this.#row
    if (!row.isExact || !this.#isExact || this.#column > MAX_COLUMN) return false
    const end = this.#column + 1
    if (holdsInk(isRest ? row.cells.slice(this.#column) : row.cells.slice(0, end))) this.#lose()
    row.cells = isRest ? upTo(row.cells, this.#column) : HOLE.repeat(end) + from(row.cells, end)
    return true
  }

  /** The cursor stays where it is. */
  #eraseRow(): boolean {
    const row = this.#row
    if (holdsInk(row.cells)) this.#lose()
    row.cells = ''
    row.isExact = true
    if (!this.#isExact) this.#column = Number.NaN
    this.#isExact = true
    return true
  }

  #eraseBelow(): boolean {
    if (!this.#eraseInRow(0)) return false
    const row = this.#row
    for (const { cells, lost } of this.#rows.splice(this.#at + 1)) row.lost += lost + (holdsInk(cells) ? 1 : 0)
    row.end = ''
    return true
  }

  #lose(): void {
    const row = this.#row
    if (row.lostAt !== this.#visit) row.lost++
    row.lostAt = this.#visit
  }
}

function newRow(): Row {
  return { cells: '', isExact: true, end: '', lost: 0, lostAt: -1 }
}

/** Does writing `cells` over others change what they show? */
function hidesInk(under: string, cells: string): boolean {
  if (cells.startsWith(under)) return false
  for (let at = 0; at < under.length; at++) {
    if (under[at] !== cells[at] && holdsInk(under[at] as string)) return true
  }
  return false
}

/** The cells before a column. Half of a wide character is no character. */
function upTo(cells: string, column: number): string {
  const left = cells.slice(0, column)
  return cells[column] === HALF ? left.slice(0, -1) + HOLE : left
}

function from(cells: string, column: number): string {
  const right = cells.slice(column)
  return right.startsWith(HALF) ? HOLE + right.slice(1) : right
}

/**
 * The visible text of a terminal: a model of a screen with endless lines, written cell by cell. It verifies the
 * clean-up of terminal output, which computes its result in another way.
 */

import { cellsOf, HALF, MAX_COLUMN } from '../terminal/cells.ts'
import { ESC, withoutColours } from '../terminal/colours.ts'
import { withoutLinks } from '../terminal/links.ts'
import { withoutMarkers } from '../terminal/marker.ts'
import type { Move, Piece } from '../terminal/pieces.ts'
import { piecesAsMeant } from '../terminal/returns.ts'

/** Do both texts look the same on a terminal, apart from colours and from markers of what it no longer shows? */
export function isSameScreen(text: string, cleaned: string): boolean {
  if (withoutColours(text) === cleaned && !withoutLinks(cleaned).includes(ESC)) return true
  const screen = screenOf(text)
  return screen !== undefined && screen === screenOf(withoutMarkers(cleaned))
}

/**
 * The screen's lines, each with its original line end, without empty lines below the cursor.
 * @returns undefined for text with sequences that this model does not know
 */
export function screenOf(text: string): string | undefined {
  const pieces = piecesAsMeant(withoutColours(text))
  if (pieces === undefined) return undefined
  const screen = new Screen()
  for (const piece of pieces) if (!screen.put(piece)) return undefined
  return screen.shown
}

interface Line {
  /** Never written, or erased, where undefined. The right half of a wide character is a cell of its own. */
  readonly cells: (string | undefined)[]
  end: string
}

class Screen {
  readonly #lines: Line[] = [{ cells: [], end: '' }]
  #at = 0
  #column = 0

  get shown(): string {
    const lines = this.#lines.map(({ cells, end }) => ({ text: textOf(cells), end }))
    while (lines.length - 1 > this.#at && lines.at(-1)?.text.trim() === '') lines.pop()
    return lines.map(({ text, end }, index) => (index === lines.length - 1 ? text : text + end)).join('')
  }

  put(piece: Piece): boolean {
    if (piece.kind === 'move') return this.#move(piece.move, piece.count)
    if (piece.kind === 'text') this.#write(piece.text)
    else this.#column = 0
    if (piece.kind === 'end') {
      this.#line.end ||= piece.text
      this.#at++
      if (this.#at === this.#lines.length) this.#lines.push({ cells: [], end: '' })
    }
    return true
  }

  get #line(): Line {
    return this.#lines[this.#at] as Line
  }

  #write(text: string): void {
    const { cells } = this.#line
    for (const unit of cellsOf(text) ?? text) {
      if (unit !== HALF) this.#clear(this.#column)
      cells[this.#column++] = unit
    }
  }

  /** Both halves of a wide character go together. */
  #clear(column: number): void {
    const { cells } = this.#line
    if (cells[column] === HALF) cells[column - 1] = undefined
    if (cells[column + 1] === HALF) cells[column + 1] = undefined
    if (column < cells.length) cells[column] = undefined
  }

  #move(move: Move, count: number | undefined): boolean {
    const by = count || 1
    if (move === 'K' || move === 'J') return this.#erase(move, count ?? 0)
    if ('CDG'.includes(move)) return this.#moveInLine(move, by)
    this.#at += move === 'A' || move === 'F' ? -by : by
    if (move === 'E' || move === 'F') this.#column = 0
    return this.#at >= 0 && this.#at < this.#lines.length
  }

  #moveInLine(move: Move, by: number): boolean {
    if (move === 'G') this.#column = by - 1
    else this.#column = Math.max(0, this.#column + (move === 'C' ? by : -by))
    return this.#column <= MAX_COLUMN
  }

  #erase(move: Move, part: number): boolean {
    if (part > (move === 'K' ? 2 : 0)) return false
    const { cells } = this.#line
    const end = part === 1 ? Math.min(this.#column + 1, cells.length) : cells.length
    for (let column = part === 0 ? this.#column : 0; column < end; column++) this.#clear(column)
    if (part === 0) cells.length = Math.min(this.#column, cells.length)
    if (move === 'J') {
      this.#lines.splice(this.#at + 1)
      this.#line.end = ''
    }
    return true
  }
}

function textOf(cells: readonly (string | undefined)[]): string {
  let end = cells.length
  while (end > 0 && cells[end - 1] === undefined) end--
  return Array.from(cells.slice(0, end), (cell) => (cell === HALF ? '' : (cell ?? ' '))).join('')
}

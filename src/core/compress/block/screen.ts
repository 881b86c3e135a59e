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
  /** While nothing was overwritten: the text, a unit a cell. Then empty. */
  text: string
  /** Never written, or erased, where undefined. The right half of a wide character is a cell of its own. */
  cells: (string | undefined)[]
  end: string
}

const newLine = (): Line => ({ text: '', cells: [], end: '' })

class Screen {
  readonly #lines: Line[] = [newLine()]
  #at = 0
  #column = 0

  get shown(): string {
    const texts = this.#lines.map(shownOf)
    while (texts.length - 1 > this.#at && /^ *$/.test(texts.at(-1) ?? '')) texts.pop()
    let shown = ''
    for (const [index, text] of texts.entries()) {
      shown += index === texts.length - 1 ? text : text + (this.#lines[index] as Line).end
    }
    return shown
  }

  put(piece: Piece): boolean {
    if (piece.kind === 'move') return this.#move(piece.move, piece.count)
    if (piece.kind === 'text') this.#write(cellsOf(piece.text) ?? piece.text)
    else this.#column = 0
    if (piece.kind === 'end') {
      this.#line.end ||= piece.text
      this.#at++
      if (this.#at === this.#lines.length) this.#lines.push(newLine())
    }
    return true
  }

  get #line(): Line {
    return this.#lines[this.#at] as Line
  }

  get #cells(): Line['cells'] {
    const line = this.#line
    if (line.text !== '') line.cells = Array.from({ length: line.text.length }, (_, at) => line.text[at])
    line.text = ''
    return line.cells
  }

  #write(text: string): void {
    const line = this.#line
    const covers = this.#column === 0 && text.length >= line.text.length + line.cells.length
    if (covers) this.#empty()
    if (covers || (line.cells.length === 0 && this.#column === line.text.length)) {
      line.text += text
      this.#column += text.length
      return
    }
    const cells = this.#cells
    for (let at = 0; at < text.length; at++) {
      const unit = text[at]
      if (unit !== HALF) clear(cells, this.#column)
      else if (cells[this.#column + 1] === HALF) cells[this.#column + 1] = undefined
      cells[this.#column++] = unit
    }
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
    const { text, cells } = this.#line
    if (part === 2 || (part === 0 && this.#column === 0)) this.#empty()
    else if (part === 1 || this.#column < text.length + cells.length) this.#eraseCells(part === 0)
    if (move === 'J') {
      this.#lines.splice(this.#at + 1)
      this.#line.end = ''
    }
    return true
  }

  #empty(): void {
    this.#line.text = ''
    this.#line.cells = []
  }

  #eraseCells(isRest: boolean): void {
    const cells = this.#cells
    const end = isRest ? cells.length : Math.min(this.#column + 1, cells.length)
    for (let column = isRest ? this.#column : 0; column < end; column++) clear(cells, column)
    if (isRest) cells.length = this.#column
  }
}

function shownOf({ text, cells }: Line): string {
  const shown = text.includes(HALF) ? text.replaceAll(HALF, '') : text
  return shown === '' && cells.length > 0 ? textOf(cells) : shown
}

/** Both halves of a wide character go together. */
function clear(cells: (string | undefined)[], column: number): void {
  if (column >= cells.length) return
  if (cells[column] === HALF) cells[column - 1] = undefined
  if (cells[column + 1] === HALF) cells[column + 1] = undefined
  cells[column] = undefined
}

function textOf(cells: readonly (string | undefined)[]): string {
  let end = cells.length
  while (end > 0 && cells[end - 1] === undefined) end--
  return Array.from({ length: end }, (_, at) => (cells[at] === HALF ? '' : (cells[at] ?? ' '))).join('')
}

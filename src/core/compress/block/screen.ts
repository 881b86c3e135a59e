/**
 * The visible text of a terminal: a model of a screen with endless lines, written cell by cell. It verifies the
 * clean-up technique, which computes its result in another way (frames, last to first).
 */

const ESC = '\u001b'

/** Select graphic rendition (changes no cell), erase in line, a line end, a carriage return, or one unit of text. */
const PIECE = new RegExp(`${ESC}\\[[\\d;:]*m|${ESC}\\[[02]?K|\\r?\\n|[^]`, 'g')

/**
 * The screen's lines, each with its original line end.
 * @returns undefined for text with sequences that this model does not know
 */
export function screenOf(text: string): string | undefined {
  const screen = new Screen()
  for (const [piece] of text.matchAll(PIECE)) {
    if (piece === ESC) return undefined
    screen.put(piece)
  }
  return screen.shown
}

class Screen {
  #above = ''
  #cells: string[] = []
  #cursor = 0

  get shown(): string {
    return this.#above + Array.from(this.#cells, (cell) => cell ?? ' ').join('')
  }

  put(piece: string): void {
    if (piece.endsWith('\n')) this.#endLine(piece)
    else if (piece === '\r') this.#cursor = 0
    else if (!piece.startsWith(ESC)) this.#write(piece)
    else if (piece.endsWith('K')) this.#erase(piece.includes('2') ? 0 : this.#cursor)
  }

  #endLine(lineEnd: string): void {
    this.#above = this.shown + lineEnd
    this.#cells = []
    this.#cursor = 0
  }

  /** The cells from `column` on become empty; the cursor stays. */
  #erase(column: number): void {
    this.#cells.length = Math.min(column, this.#cells.length)
  }

  /** Cells between the last written one and the cursor become holes, shown as blanks. */
  #write(unit: string): void {
    this.#cells[this.#cursor++] = unit
  }
}

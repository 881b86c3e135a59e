/** The text as a terminal shows it, without its colours. Written apart from the engine, and simpler: for comparison. */

const ESC = '\u001b'
const PIECE = new RegExp(`\\r?\\n|\\r|${ESC}\\[(\\d*)([A-K])|${ESC}(?:\\[[?\\d;:]*[A-Za-z]|.)|[^\\r\\n${ESC}]`, 'gu')

interface Cursor {
  row: number
  column: number
}

/** Each line with a line feed; characters that were never written are blanks. */
export function shownText(text: string): string {
  const lines: string[][] = [[]]
  const cursor = { row: 0, column: 0 }
  for (const [piece, count = '', move] of text.matchAll(PIECE)) {
    const line = lines[cursor.row] as string[]
    if (move !== undefined) act(move, { count, lines, cursor })
    else if (piece === '\r') cursor.column = 0
    else if (piece.endsWith('\n')) cursor.column = 0 * ++cursor.row
    else if (!piece.startsWith(ESC)) line[cursor.column++] = piece
    cursor.row = Math.max(0, cursor.row)
    while (lines.length <= Math.min(cursor.row, text.length)) lines.push([])
  }
  return lines.map((line) => Array.from(line, (cell) => cell ?? ' ').join('')).join('\n')
}

interface Screen {
  readonly count: string
  readonly lines: string[][]
  readonly cursor: Cursor
}

function act(move: string, screen: Screen): void {
  if (move === 'J' || move === 'K') erase(move, screen)
  else go(move, screen)
}

function go(move: string, { count, cursor }: Screen): void {
  const by = (Number(count) || 1) * ('ADF'.includes(move) ? -1 : 1)
  if ('ABEF'.includes(move)) cursor.row += by
  if ('EF'.includes(move)) cursor.column = 0
  if (move === 'G') cursor.column = by - 1
  if ('CD'.includes(move)) cursor.column = Math.max(0, cursor.column + by)
}

function erase(move: string, { count, lines, cursor }: Screen): void {
  const line = lines[cursor.row] as string[]
  if (move === 'J') lines.length = cursor.row + 1
  if (count === '1') line.fill(' ', 0, cursor.column + 1)
  else line.length = count === '2' ? 0 : Math.min(line.length, cursor.column)
}

/** The text that a terminal shows, with a marker on each line of which it no longer shows earlier frames. */

import { textOfCells } from './cells.ts'
import { markerFor } from './marker.ts'
import { piecesAsMeant } from './returns.ts'
import { type Row, Rows } from './rows.ts'

/**
 * @param text without colours
 * @returns undefined when the text holds something of unknown effect
 */
export function shownText(text: string): string | undefined {
  const pieces = piecesAsMeant(text)
  if (pieces === undefined) return undefined
  const rows = new Rows()
  for (const piece of pieces) if (!rows.put(piece)) return undefined
  return textOfRows(rows.shown)
}

/** Lines that lost frames and follow each other have one marker, on the last of them. */
function textOfRows(rows: readonly Row[]): string {
  let text = ''
  let frames = 0
  let lines = 0
  for (const [index, { cells, end, lost }] of rows.entries()) {
    text += textOfCells(cells)
    if (lost > 0) {
      frames += lost
      lines++
      if (!rows[index + 1]?.lost) {
        text += (cells === '' ? '' : ' ') + markerFor(frames, lines)
        frames = 0
        lines = 0
      }
    }
    text += end
  }
  return text
}

/**
 * Text as the cells of a terminal, one UTF-16 unit a cell, so that an index is a column. Only characters are known whose
 * width is the same in every terminal: not emoji, combining marks, tabs.
 */

/** No terminal is wider; the bound keeps every move of the cursor cheap. */
export const MAX_COLUMN = 1000

/** A cell that was never written, or erased. Shown as a blank, except at the end of a line. */
export const HOLE = '\u0000'

/** The right half of a character that takes two cells. */
export const HALF = '\u0001'

/** ASCII, Latin-1, Greek, Cyrillic, punctuation, arrows, boxes, blocks, check marks and braille of progress bars. */
const NARROW = ' -~\\u00a1-\\u00ac\\u00ae-\\u02ff\\u0370-\\u0377\\u0384-\\u0482\\u2010-\\u2027\\u2030-\\u205e'
const SIGNS = '\\u2190-\\u2199\\u2500-\\u25fc\\u2713-\\u2718\\u2800-\\u28ff'

/** Kana, CJK ideographs, Hangul syllables, full-width forms. */
const WIDE = '\\u3000-\\u3029\\u3041-\\u3096\\u30a1-\\u30fa\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7a3\\uff01-\\uff60'

const IS_NARROW = new RegExp(`^[${NARROW}${SIGNS}]*$`)
const IS_KNOWN = new RegExp(`^[${NARROW}${SIGNS}${WIDE}]*$`)
const EACH_WIDE = new RegExp(`[${WIDE}]`, 'g')

/** The text with a half behind each wide character; undefined when a width is unknown. */
export function cellsOf(text: string): string | undefined {
  if (IS_NARROW.test(text)) return text
  return IS_KNOWN.test(text) ? text.replace(EACH_WIDE, `$&${HALF}`) : undefined
}

/** Cells as text: holes as blanks, those at the end as nothing. */
export function textOfCells(cells: string): string {
  if (!cells.includes(HOLE)) return cells.replaceAll(HALF, '')
  return untilHoles(cells).replaceAll(HOLE, ' ').replaceAll(HALF, '')
}

function untilHoles(cells: string): string {
  let end = cells.length
  while (end > 0 && cells[end - 1] === HOLE) end--
  return cells.slice(0, end)
}

const INK = new RegExp(`[^ ${HOLE}]`)

/** Do the cells show anything? */
export function holdsInk(cells: string): boolean {
  return INK.test(cells)
}

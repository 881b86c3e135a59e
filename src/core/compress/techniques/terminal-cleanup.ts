/**
 * Removes colours and overwritten frames of a terminal; the visible text stays. It handles only sequences that it fully
 * understands: colour and style, erase in line, and the carriage return. Any other cursor movement leaves the whole
 * block unchanged.
 */

import type { Technique } from '../technique.ts'

const ESC = '\u001b'

/** ECMA-48: select graphic rendition; erase in line, from the cursor on; erase in line, all of it. */
const STYLES = new RegExp(`${ESC}\\[[\\d;:]*m`, 'g')
const ERASES = new RegExp(`${ESC}\\[[02]?K`, 'g')
const ERASE_ALL = `${ESC}[2K`

const LONE_RETURN = /\r(?!\n)/
const LINE_END = /(\r?\n)/

/** Other control characters may move the cursor. */
const MOVES_CURSOR = /[^\P{Cc}\t]/u

/**
 * Characters that always take one cell: ASCII, Latin-1, punctuation, boxes, blocks, braille and check marks of progress
 * bars.
 */
const NARROW = /^[ -~\u00a1-\u00ac\u00ae-\u00ff\u2010-\u2027\u2500-\u25fc\u2713-\u2718\u2800-\u28ff]*$/

export const terminalCleanup: Technique = {
  name: 'terminal-cleanup',
  equivalence: 'screen',

  encode(text) {
    const hasReturn = LONE_RETURN.test(text)
    if (!hasReturn && !text.includes(ESC)) return undefined
    // Lines that end in a lone carriage return (classic Mac OS) are not frames.
    if (hasReturn && !text.includes('\n')) return undefined
    const cleaned: string[] = []
    for (const piece of text.split(LINE_END)) {
      const line = cleanLine(piece)
      if (line === undefined) return undefined
      cleaned.push(line)
    }
    return cleaned.join('')
  },

  // The screen is the same, so decoding returns the text unchanged.
  decode: (text) => text,
  recognises: () => false,
}

/** A line without its end, or a line end, as shown; undefined when the display is unknown. */
function cleanLine(piece: string): string | undefined {
  if (piece === '\r\n') return piece
  const line = piece.replace(STYLES, '')
  const frames = line.split('\r')
  if (frames.length === 1 && !line.includes(ESC)) return line
  const isKnown =
    frames.length === 1
      ? !MOVES_CURSOR.test(line.replace(ERASES, ''))
      : NARROW.test(line.replace(/\r/g, '').replace(ERASES, ''))
  return isKnown ? overlay(frames) : undefined
}

/**
 * Merges frames that overwrite each other: of each frame only the cells beyond all later frames stay, and no cell from
 * before an erase. Reads from last to first, so that every frame is read once.
 */
function overlay(frames: readonly string[]): string | undefined {
  let shown = ''
  for (const frame of frames.toReversed()) {
    const text = writtenText(frame)
    if (text === undefined) return undefined
    shown += text.slice(shown.length)
    if (frame.includes(ESC)) break
  }
  return shown
}

/** The cells that a frame with erases leaves; undefined when it erases the whole line in the middle of writing. */
function writtenText(frame: string): string | undefined {
  const at = frame.lastIndexOf(ERASE_ALL)
  const before = at < 0 ? '' : frame.slice(0, at).replace(ERASES, '')
  const text = frame.slice(at < 0 ? 0 : at + ERASE_ALL.length).replace(ERASES, '')
  return before === '' || text === '' ? text : undefined
}

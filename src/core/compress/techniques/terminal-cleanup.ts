/**
 * Colours and overwritten frames of a terminal go: what is left is what a person saw. Only what is surely understood
 * is touched: colour and style sequences, erase in line, and the carriage return. Anything else that moves the cursor
 * leaves the whole block alone.
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

/** What surely takes one cell: ASCII, Latin-1, punctuation, boxes, blocks, braille and check marks of progress bars. */
const NARROW = /^[ -~\u00a1-\u00ac\u00ae-\u00ff\u2010-\u2027\u2500-\u25fc\u2713-\u2718\u2800-\u28ff]*$/

export const terminalCleanup: Technique = {
  name: 'terminal-cleanup',
  equivalence: 'screen',

  encode(text) {
    const hasReturn = LONE_RETURN.test(text)
    if (!hasReturn && !text.includes(ESC)) return undefined
    // Lines that end in a lone carriage return, as on old Macs, are not frames.
    if (hasReturn && !text.includes('\n')) return undefined
    const cleaned: string[] = []
    for (const piece of text.split(LINE_END)) {
      const line = cleanLine(piece)
      if (line === undefined) return undefined
      cleaned.push(line)
    }
    return cleaned.join('')
  },

  // The screen is the same: there is nothing to bring back.
  decode: (text) => text,
  recognises: () => false,
}

/** A line without its end, or a line end, as it is shown; undefined when that is not known. */
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
 * What is left of frames written over each other: of each only what reaches beyond all later ones, and nothing from
 * before an erase. Read last to first, so that every frame is looked at once.
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

/** What a frame with erases in it leaves written; undefined when it erases all of the line in the middle of writing. */
function writtenText(frame: string): string | undefined {
  const at = frame.lastIndexOf(ERASE_ALL)
  const before = at < 0 ? '' : frame.slice(0, at).replace(ERASES, '')
  const text = frame.slice(at < 0 ? 0 : at + ERASE_ALL.length).replace(ERASES, '')
  return before === '' || text === '' ? text : undefined
}

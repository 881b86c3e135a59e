/**
 * Does a decoded block have the content of the original? Independent of the engine's own verification and simpler, so
 * that the same mistake is not in both.
 */

import { shownText } from './shown-text.ts'

const MARKERS = / ?\[\d+ earlier frames? (?:of these \d+ lines )?left out\]/g
const MARKER = new RegExp(MARKERS.source)
const ESC = '\u001b'
const COLOURS = new RegExp(`${ESC}(?:\\[[\\d;:]*m|\\(B|\\[\\?\\d+[hl])`, 'g')
const SEQUENCES = new RegExp(`${ESC}(?:\\[[?\\d;:]*[A-Za-z]|\\(B|[=>])`, 'g')
const BETWEEN_FRAMES = new RegExp(`[\\r\\n]|${ESC}\\[\\d*[A-K]`)

/** Either a JSON string, which is kept, or white space between lexemes. */
const STRING_OR_SPACE = /"(?:[^"\\]|\\.)*"|[ \t\r\n]+/g

/** Equal text; for JSON equal lexemes in equal order; for other text equal content, or a marker and an equal screen. */
export function isSameValue(original: string, decoded: string): boolean {
  if (original === decoded) return true
  if (isJson(original)) return isJson(decoded) && lexemes(original) === lexemes(decoded)
  return isSameScreen(original, decoded)
}

/** In text with embedded JSON, only the engine knows where JSON begins, so white space is ignored everywhere. */
function isSameScreen(original: string, decoded: string): boolean {
  if (MARKER.test(decoded)) return squeezed(shownText(original)) === squeezed(shownText(decoded.replace(MARKERS, '')))
  const [letters, kept] = [original, decoded].map((text) => squeezed(text.replace(SEQUENCES, '')))
  if (letters === kept) return true
  // What was written twice may be gone once.
  return squeezed(shownText(original)) === kept && framesOf(original).every((frame) => kept?.includes(frame))
}

function framesOf(text: string): string[] {
  return text.replace(COLOURS, '').split(BETWEEN_FRAMES).map(squeezed)
}

function squeezed(text: string): string {
  return text.replace(/\s/g, '')
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function lexemes(json: string): string {
  return json.replace(STRING_OR_SPACE, (piece) => (piece.startsWith('"') ? piece : ''))
}

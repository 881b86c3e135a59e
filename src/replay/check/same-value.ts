/**
 * Does a decoded block have the content of the original? Independent of the engine's own verification and simpler, so
 * that the same mistake is not in both.
 */

const ESC = '\u001b'
const ANSI = new RegExp(`${ESC}\\[[\\d;:]*m`, 'g')
/** Either a JSON string, which is kept, or white space between lexemes. */
const STRING_OR_SPACE = /"(?:[^"\\]|\\.)*"|[ \t\r\n]+/g

/** Equal text; for JSON equal lexemes in equal order; for other text equal content on a screen. */
export function isSameValue(original: string, decoded: string): boolean {
  if (original === decoded) return true
  if (isJson(original)) return isJson(decoded) && lexemes(original) === lexemes(decoded)
  // In text with embedded JSON, only the engine knows where JSON begins, so white space is ignored everywhere.
  return shownText(original) === shownText(decoded)
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

/** The text as a terminal shows it, without white space. */
function shownText(text: string): string {
  return text
    .replace(ANSI, '')
    .split(/\r?\n/)
    .map((line) => (line.includes('\r') || line.includes(ESC) ? shownLine(line) : line).replace(/\s/g, ''))
    .join('')
}

function shownLine(line: string): string {
  const cells: string[] = []
  let column = 0
  for (const piece of line.split(new RegExp(`(\r|${ESC}\\[[02]?K)`))) {
    if (piece === '\r') column = 0
    else if (piece === `${ESC}[2K`) cells.fill(' ')
    else if (piece.startsWith(`${ESC}[`) && piece.endsWith('K')) cells.length = Math.min(cells.length, column)
    else for (const unit of piece) cells[column++] = unit
  }
  return cells.join('')
}

/** Python's spelling of lists and dictionaries (`repr`) as JSON, so that its records can be read. */

/** A string in either quotes, a word, or anything else. */
const PIECE = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*|./gs

/** No question is asked about them: a reader may spell them in either language. */
const WORDS: Readonly<Record<string, string>> = { True: 'null', False: 'null', None: 'null' }

/** @returns undefined for a text that is not Python's; the result may still be no JSON */
export function jsonFromPython(text: string): string | undefined {
  if (!/^\s*[[{][^"]*?'/.test(text.slice(0, 200))) return undefined
  const pieces = text.match(PIECE) ?? []
  return pieces.map(jsonOf).join('')
}

function jsonOf(piece: string): string {
  const quote = piece[0]
  if (piece.length < 2 || (quote !== "'" && quote !== '"')) return WORDS[piece] ?? piece
  return quote === '"' ? piece : `"${piece.slice(1, -1).replaceAll("\\'", "'").replaceAll('"', '\\"')}"`
}

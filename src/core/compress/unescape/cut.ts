/**
 * A string that holds JSON and was cut off with the document around it: what stands of it is written without escapes
 * behind a mark. `{"text":"[{\"id\":1},{\"i` becomes `{"text":(JSON string, cut off)[{"id":1},{"i`.
 */

/** Stands for the quote that opens the string. */
export const CUT_MARK = '(JSON string, cut off)'

/** Between the string and what follows it: half an escape, or a note on lines of its own that the rest was left out. */
const END_MARK = '\n(end of the JSON string)'

/** What may stand in a string: no raw line end, no other escapes. */
const CONTENT = /(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-f]{4}))*/uy

/** The text before a value that is a string. */
const VALUE_BEFORE = /[:,[]\s*$/

/** In UTF-16 units, for the white space before a value. */
const LOOK = 64

/** A shorter string is not worth a mark. UTF-16 units. */
const MIN_LENGTH = 80

/** @returns undefined when no string with compact JSON in it is cut off, or when it could not be restored exactly */
export function unescapeCut(text: string): string | undefined {
  const cut = opened(text)
  return cut !== undefined && escaped(cut) === text ? cut : undefined
}

function opened(text: string): string | undefined {
  const quote = lastQuote(text)
  if (text.includes(CUT_MARK) || text.includes(END_MARK) || text.length - quote < MIN_LENGTH) return undefined
  if (!/^"\[?\{/.test(text.slice(quote, quote + LOOK))) return undefined
  if (!VALUE_BEFORE.test(text.slice(Math.max(0, quote - LOOK), quote))) return undefined
  CONTENT.lastIndex = quote + 1
  const content = CONTENT.exec(text)?.[0] ?? ''
  const inner = JSON.parse(`"${content}"`) as string
  // The next step would take the white space for insignificant, which it is not in a string.
  if (isSpaced(inner)) return undefined
  const after = text.slice(quote + 1 + content.length)
  return text.slice(0, quote) + CUT_MARK + inner + (after === '' ? '' : END_MARK + after)
}

const OUTSIDE_OF_STRINGS = /"(?:[^"\\]|\\.)*"?|(\s)/gs

/** Is there white space between the lexemes of JSON, the last of which may be cut off? */
function isSpaced(json: string): boolean {
  for (const [, space] of json.matchAll(OUTSIDE_OF_STRINGS)) if (space !== undefined) return true
  return false
}

/** @returns undefined for a text that `unescapeCut` never writes, as a page that explains the mark */
export function escapeCut(text: string): string | undefined {
  const cut = escaped(text)
  return cut !== undefined && opened(cut) === text ? cut : undefined
}

function escaped(text: string): string | undefined {
  const at = text.indexOf(CUT_MARK)
  if (at < 0 || text.indexOf(CUT_MARK, at + 1) >= 0) return undefined
  const from = at + CUT_MARK.length
  const end = text.indexOf(END_MARK, from)
  const inner = text.slice(from, end < 0 ? undefined : end)
  const after = end < 0 ? '' : text.slice(end + END_MARK.length)
  return text.slice(0, at) + JSON.stringify(inner).slice(0, -1) + after
}

/** The last quote that no backslash escapes: it opens the string in which a cut text ends; -1 without one. */
function lastQuote(text: string): number {
  let at = text.lastIndexOf('"')
  while (at >= 0) {
    let before = at
    while (text[before - 1] === '\\') before--
    if ((at - before) % 2 === 0) return at
    at = before === 0 ? -1 : text.lastIndexOf('"', before - 1)
  }
  return -1
}

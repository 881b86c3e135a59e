/** The kinds of UTF-16 units: a table, since every unit of a block is looked up more than once. */

const OTHER = 0
export const LETTER = 1
export const DIGIT = 2
export const SPACE = 3
export const BEYOND_ASCII = 4

/** By code. */
export const KINDS = new Uint8Array(0x10000).fill(BEYOND_ASCII)
for (let code = 0; code < 128; code++) KINDS[code] = kindOfAscii(String.fromCharCode(code))

function kindOfAscii(unit: string): number {
  if (/[0-9]/.test(unit)) return DIGIT
  if (/[A-Za-z]/.test(unit)) return LETTER
  return /\s/.test(unit) ? SPACE : OTHER
}

export function kindAt(text: string, at: number): number {
  return KINDS[text.charCodeAt(at)] as number
}

/** Does the unit belong to a word? All units beyond ASCII do, so that no surrogate pair or accent is split. */
export function isWordAt(text: string, at: number): boolean {
  const kind = kindAt(text, at)
  return kind !== OTHER && kind !== SPACE
}

/** The end of the run of one kind that contains `from`. */
export function endOfKind(text: string, from: number): number {
  const kind = kindAt(text, from)
  let at = from + 1
  while (at < text.length && kindAt(text, at) === kind) at++
  return at
}

/** Parts of a line that are read as one thing: a quoted string, an escape, a reference in brackets. */

/** The kinds of quotes that open no string in this line any more: a line of opening quotes is searched once. */
export type Unclosed = Set<number>

const NEWLINE = 0x0a
const BACKSLASH = 0x5c
const SINGLE = 0x27
const CLOSE = 0x5d

/** Longer brackets hold text, not a reference. In UTF-16 units. */
const MAX_REFERENCE = 64

/**
 * The end of the quoted string that begins at `at`. An escaped or a doubled quote does not end it; an apostrophe neither
 * begins nor ends one.
 * @returns `at` when no string begins there, or it does not end in its line
 */
export function endOfQuoted(text: string, at: number, unclosed: Unclosed): number {
  const quote = text.charCodeAt(at)
  if (unclosed.has(quote) || !canOpen(text, at)) return at
  if (text.charCodeAt(at + 1) === quote && text.charCodeAt(at + 2) !== quote) return at + 2
  let end = at + 1
  while (end < text.length && text.charCodeAt(end) !== NEWLINE) {
    if (isClosing(text, end, quote)) return end + 1
    end += isPair(text, end, quote) ? 2 : 1
  }
  unclosed.add(quote)
  return at
}

/** An escape, or a doubled quote. */
function isPair(text: string, at: number, quote: number): boolean {
  const code = text.charCodeAt(at)
  return code === BACKSLASH || (code === quote && text.charCodeAt(at + 1) === quote)
}

function isClosing(text: string, at: number, quote: number): boolean {
  if (text.charCodeAt(at) !== quote) return false
  const next = text.charCodeAt(at + 1)
  return next !== quote && (quote !== SINGLE || !isWordCode(next))
}

/** A quote behind a word is an inch sign or an apostrophe, unless the word is one letter: `b'bytes'`. */
function canOpen(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1)
  return !isWordCode(before) || (before > 0x39 && !isWordCode(text.charCodeAt(at - 2)))
}

/** The end of an escape such as `\n`; of one with a code, the end of its backslash, since the code is a run. */
export function endOfEscape(text: string, at: number): number {
  const code = text.codePointAt(at + 1)
  if (code === undefined || code === NEWLINE || hasCode(text, at)) return at + 1
  return at + (code > 0xffff ? 3 : 2)
}

/** Is it an escape such as `\x1b`, `\u00e9` or `\033`? */
export function hasCode(text: string, at: number): boolean {
  return 'xuU0123456789'.includes(text.charAt(at + 1) || ' ')
}

/** The end of a terminal's control sequence, `ESC[31m`. */
export function endOfControl(text: string, at: number): number {
  if (text[at + 1] !== '[') return at + 1
  let end = at + 2
  while (end < text.length && text.charCodeAt(end) >= 0x20 && text.charCodeAt(end) < 0x40) end++
  const last = text.charCodeAt(end)
  return last >= 0x40 && last < 0x7f ? end + 1 : end
}

/** The end of a reference such as `[ref=e31]`; `at` where the bracket holds a blank, a bracket or nothing. */
export function endOfReference(text: string, at: number): number {
  const limit = Math.min(text.length, at + MAX_REFERENCE)
  for (let end = at + 1; end < limit; end++) {
    const code = text.charCodeAt(end)
    if (code === CLOSE) return end > at + 1 ? end + 1 : at
    if (code <= 0x20 || code === 0x5b) return at
  }
  return at
}

/** Letters and digits. Beyond ASCII: mostly letters; surrogates must stay together. False for NaN. */
export function isWordCode(code: number): boolean {
  if (code < 0x80)
    return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a)
  return code >= 0xc0 ? code < 0x2000 || code >= 0x2c00 : code === 0xb0 || code === 0xb5
}

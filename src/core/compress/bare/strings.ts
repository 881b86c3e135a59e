/** Decides which strings need no quotes, and reads unquoted text. */

/** Without notation, JSON escapes and invisible characters; no space at the ends, no sign that starts a row. */
const BARE = /^(?![\s(=])[^,;{}[\]"\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+(?<!\s)$/u

/** A key ends at the first colon. */
const BARE_KEY = /^(?![\s(=])[^,;:{}[\]"\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+(?<!\s)$/u

const LITERAL = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)$/

/** Text that a reader may take for a number or a literal, though JSON would not. */
const LIKE_LITERAL = /^(?:true|false|null|nan|[-+]?(?:infinity|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?))$/i

/** Shorter JSON is never written bare: `~[1]` may as well be a footnote. UTF-16 units without white space. */
export const MIN_BARE = 32

/** Longer strings are prose, where quotes cost little. It also bounds the work of the patterns above. UTF-16 units. */
const MAX_BARE = 4096

/** A string's literal, without its quotes where they are redundant. */
export function bareValue(literal: string): string {
  const text = literal.slice(1, -1)
  return isBare(text) ? text : literal
}

/** A key's literal, without its quotes where they are redundant. */
export function bareKey(literal: string): string {
  const text = literal.slice(1, -1)
  return isBareKey(text) ? text : literal
}

/** The literal for an unquoted value; undefined for text that needs quotes. */
export function literalOfBare(text: string): string | undefined {
  if (LITERAL.test(text)) return text
  return isBare(text) ? `"${text}"` : undefined
}

/** The literal for an unquoted key; undefined for text that needs quotes. */
export function literalOfBareKey(text: string): string | undefined {
  return isBareKey(text) ? `"${text}"` : undefined
}

function isBare(text: string): boolean {
  return text.length <= MAX_BARE && BARE.test(text) && !LIKE_LITERAL.test(text)
}

function isBareKey(text: string): boolean {
  return text.length <= MAX_BARE && BARE_KEY.test(text)
}

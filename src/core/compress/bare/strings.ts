/** Which strings stand without quotes, and what an unquoted text stands for. */

/** Nothing that the notation uses, that JSON escapes, or that is not seen; no space at the ends, no sign of a row's own. */
const BARE = /^(?![\s(=])[^,;{}[\]"\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+(?<!\s)$/u

/** A key ends at the first colon. */
const BARE_KEY = /^(?![\s(=])[^,;:{}[\]"\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+(?<!\s)$/u

const LITERAL = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)$/

/** What a reader may take for a number or a literal, though JSON would not. */
const LIKE_LITERAL = /^(?:true|false|null|nan|[-+]?(?:infinity|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?))$/i

/** Shorter JSON is never written bare: `~[1]` is as likely a footnote. UTF-16 units without white space. */
export const MIN_BARE = 32

/** Longer ones are prose, where quotes cost little. UTF-16 units; bounds what the patterns above look at. */
const MAX_BARE = 4096

/** A string's literal, without its quotes where the rest says the same. */
export function bareValue(literal: string): string {
  const text = literal.slice(1, -1)
  return isBare(text) ? text : literal
}

/** A key's literal, without its quotes where the rest says the same. */
export function bareKey(literal: string): string {
  const text = literal.slice(1, -1)
  return isBareKey(text) ? text : literal
}

/** The literal that an unquoted value stands for; undefined for text that must not stand unquoted. */
export function literalOfBare(text: string): string | undefined {
  if (LITERAL.test(text)) return text
  return isBare(text) ? `"${text}"` : undefined
}

/** The literal that an unquoted key stands for; undefined for text that must not stand unquoted. */
export function literalOfBareKey(text: string): string | undefined {
  return isBareKey(text) ? `"${text}"` : undefined
}

function isBare(text: string): boolean {
  return text.length <= MAX_BARE && BARE.test(text) && !LIKE_LITERAL.test(text)
}

function isBareKey(text: string): boolean {
  return text.length <= MAX_BARE && BARE_KEY.test(text)
}

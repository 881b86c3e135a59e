/** Which JSON in a block's text is data that may be written anew: the JSON techniques and their verification ask here. */

import { findJson, type JsonSpan, unitsOf } from '../json/index.ts'

/**
 * Shorter JSON in the middle of a text brings a few tokens at most, and is as likely a literal in source code, which
 * an agent may quote letter by letter in its next edit.
 */
const MIN_EMBEDDED = 80

/** An object with a member, or an array whose first element is an object or array. */
const RECORDS = /\{\s*"|\[\s*[[{]/y

/**
 * Writes the JSON in a text anew and leaves the text around it.
 * @param rewrite the new JSON of one span, given as its units, or undefined to leave it
 * @param which the spans to rewrite; all of them unless said otherwise
 * @returns undefined when nothing was rewritten
 */
export function rewriteJson(
  text: string,
  rewrite: (json: Uint16Array) => string | undefined,
  which: (text: string, span: JsonSpan) => boolean = () => true,
): string | undefined {
  if (!text.includes('{') && !text.includes('[')) return undefined
  const units = unitsOf(text)
  let rewritten = ''
  let from = 0
  for (const span of findJson(units)) {
    if (!which(text, span)) continue
    const json = rewrite(units.subarray(span.start, span.end))
    if (json === undefined) continue
    rewritten += text.slice(from, span.start) + json
    from = span.end
  }
  return from === 0 ? undefined : rewritten + text.slice(from)
}

/** Is the span data: the whole text, a fenced block of JSON, or long enough and made of records? */
export function isData(text: string, { start, end }: JsonSpan): boolean {
  RECORDS.lastIndex = start
  if (end - start >= MIN_EMBEDDED && RECORDS.test(text)) return true
  let before = start
  while (isSpace(text.charCodeAt(before - 1))) before--
  let after = end
  while (isSpace(text.charCodeAt(after))) after++
  if (before === 0 && after === text.length) return true
  return text.endsWith('```json', before) && text.startsWith('```', after)
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09
}

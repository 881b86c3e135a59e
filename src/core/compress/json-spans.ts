/** Which JSON in a block's text is data that may be written anew: the JSON techniques and their verification ask here. */

import { findJson, type JsonSpan, type JsonUnits, minifyJson, unitsOf } from '../json/index.ts'

/**
 * Shorter JSON in the middle of a text brings a few tokens at most, and is as likely a literal in source code, which
 * an agent may quote letter by letter in its next edit. UTF-16 units without insignificant white space, so that JSON
 * that is data stays data once it is minified.
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
  which: (text: string, span: JsonSpan, json: Uint16Array) => boolean = () => true,
): string | undefined {
  if (!text.includes('{') && !text.includes('[')) return undefined
  const units = unitsOf(text)
  let rewritten = ''
  let from = 0
  for (const span of findJson(units)) {
    const json = units.subarray(span.start, span.end)
    const anew = which(text, span, json) ? rewrite(json) : undefined
    if (anew === undefined) continue
    rewritten += text.slice(from, span.start) + anew
    from = span.end
  }
  return from === 0 ? undefined : rewritten + text.slice(from)
}

/** Is the span data: the whole text, a fenced block of JSON, or long enough and made of records? */
export function isData(text: string, { start, end }: JsonSpan, json: Uint16Array): boolean {
  let before = start
  while (isSpace(text.charCodeAt(before - 1))) before--
  let after = end
  while (isSpace(text.charCodeAt(after))) after++
  if (before === 0 && after === text.length) return true
  if (text.endsWith('```json', before) && text.startsWith('```', after)) return true
  RECORDS.lastIndex = start
  return json.length >= MIN_EMBEDDED && RECORDS.test(text) && minified(json).length >= MIN_EMBEDDED
}

/** JSON without insignificant white space. */
export function minified(json: JsonUnits): Uint16Array {
  const out = new Uint16Array(json.length)
  return out.subarray(0, minifyJson(json, out, 0))
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09
}

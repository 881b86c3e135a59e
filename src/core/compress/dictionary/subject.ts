/**
 * Decides which texts get a dictionary: logs, listings, tables, reports. Not JSON records, which need their quotation
 * marks, and not code.
 */

import { holdsForm } from '../lines/forms.ts'

/** Share of all characters. JSON records have 5 to 20 %. */
const MAX_QUOTES = 0.04

/** Share of the lines. Logs and reports stay below 0.1, code lies above 0.25. */
const MAX_CODE = 0.2

/** The prefix of a line in code listings: its number, the sign of a difference. */
const LINE_HEAD = /^\s*(?:\d+[:|]?\s|[-+]\s)?\s*/

/** In UTF-16 units: the beginning of a text represents the whole. */
const SAMPLE = 20_000

/** A line that ends like statements in most languages, assigns, calls, is a comment, or begins like a statement. */
const CODE = new RegExp(
  [
    String.raw`(?:[;{]|^[)\]}]+,?|\)[:;]|=>)\s*$`,
    String.raw`^[\w.,[\]"'()$@]+\s(?:[-+*/|&:]?=)\s`,
    String.raw`^[\w.]+\(.*\),?$`,
    '^<[!/?]?[a-zA-Z].*>$',
    String.raw`^(?:# |//|/\*|\* |@\w|--\s)`,
    String.raw`^(?:def|class|if|elif|else|for|while|return|import|from|try|except|with|raise|func|fn|fi|done|echo|export)\b.*[:()\w]$`,
  ].join('|'),
)

export function isSubject(text: string): boolean {
  if (holdsForm(text)) return false
  let quotes = 0
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes++
  return quotes <= MAX_QUOTES * text.length && !isCode(text)
}

function isCode(text: string): boolean {
  let lines = 0
  let code = 0
  for (const line of text.slice(0, SAMPLE).split('\n')) {
    const content = line.replace(LINE_HEAD, '')
    if (content === '') continue
    lines++
    if (CODE.test(content)) code++
  }
  return code > MAX_CODE * lines
}

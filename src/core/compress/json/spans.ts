/** Decides which JSON in a block's text is data that may be rewritten, for the JSON techniques and their verification. */

import { type JsonSpan, type JsonUnits, minifyJson } from '../../json/index.ts'
import { isRun, type Run, spansOf } from '../columnar/runs.ts'
import { jsonAndRunsIn, jsonIn } from './found.ts'
import { isIndentedPiece, isInHandWrittenList, isLiteral } from './literals.ts'

/**
 * Shorter JSON inside a text saves a few tokens at most, and is as likely a literal in source code, which an agent may
 * quote letter by letter in its next edit. UTF-16 units without insignificant white space, so that JSON that counts as
 * data still does after it is minified.
 */
const MIN_EMBEDDED = 80

/** An object with a member, or an array whose first element is an object or array. */
const RECORDS = /\{\s*"|\[\s*[[{]/y

/** Replacements for the JSON in a text; undefined leaves it unchanged. */
export interface Rewrite {
  /** New text for one object or array, from its units. Its span is the same for all that look at the text. */
  json(json: Uint16Array, span: JsonSpan): string | undefined
  /** New text for consecutive objects with the text between them; without it, they are rewritten one by one. */
  run?(text: string, run: Run): string | undefined
  /** Which objects and arrays may be rewritten; all by default. */
  isWanted?(text: string, span: JsonSpan, json: Uint16Array): boolean
}

/**
 * Rewrites the JSON in a text and leaves the text around it.
 * @returns undefined when nothing was rewritten
 */
export function rewriteJson(text: string, rewrite: Rewrite): string | undefined {
  if (!text.includes('{') && !text.includes('[')) return undefined
  const { units, spans } = jsonIn(text)
  const rewritten = new Rewritten(text)
  const put = (into: Rewritten, span: JsonSpan): void => {
    const json = units.subarray(span.start, span.end)
    const isWanted = rewrite.isWanted?.(text, span, json) ?? true
    into.put(span, isWanted ? rewrite.json(json, span) : undefined)
  }
  const together = (run: Run): string | undefined => {
    return run.end - run.start >= MIN_EMBEDDED ? rewrite.run?.(text, run) : undefined
  }
  const apart = (run: Run): string | undefined => {
    const singles = new Rewritten(text, run.start)
    for (const span of spansOf(run)) put(singles, span)
    return singles.upTo(run.end)
  }
  for (const piece of rewrite.run === undefined ? spans : jsonAndRunsIn(text)) {
    if (!isRun(piece)) put(rewritten, piece)
    else if (!isCode(text, piece)) rewritten.put(piece, bestOf(piece, together(piece), apart))
  }
  return rewritten.upTo(text.length)
}

function isCode(text: string, run: Run): boolean {
  return isInHandWrittenList(text, run) || spansOf(run).some((span) => isLiteral(text, span))
}

/** Short lines are better together; elements of a list may have more in common in their inner lists. */
function bestOf(run: Run, together: string | undefined, apart: (run: Run) => string | undefined): string | undefined {
  if (together !== undefined && run.isLines) return together
  const singles = apart(run)
  if (together === undefined || singles === undefined) return together ?? singles
  return together.length <= singles.length ? together : singles
}

/** A text with some spans replaced, in order. */
class Rewritten {
  readonly #text: string
  readonly #start: number
  #from: number
  #written = ''

  constructor(text: string, start = 0) {
    this.#text = text
    this.#start = start
    this.#from = start
  }

  put({ start, end }: JsonSpan, anew: string | undefined): void {
    if (anew === undefined) return
    this.#written += this.#text.slice(this.#from, start) + anew
    this.#from = end
  }

  /** The new text before `end`; undefined when no span was replaced. */
  upTo(end: number): string | undefined {
    return this.#from === this.#start ? undefined : this.#written + this.#text.slice(this.#from, end)
  }
}

/**
 * Is the span data? It is the whole text, a fenced block of JSON, or long enough, made of records, and no part of code
 * or of indented JSON that was cut off.
 */
export function isData(text: string, span: JsonSpan, json: Uint16Array): boolean {
  if (json.length < MIN_REMEMBERED) return findsData(text, span, json)
  const known = DATA.get(span)
  if (known !== undefined) return known
  const isFound = findsData(text, span, json)
  DATA.set(span, isFound)
  return isFound
}

/** What is told of a shorter span is told again sooner than it is looked up. UTF-16 units. */
export const MIN_REMEMBERED = 1024

/** Every JSON technique asks for each span. */
const DATA = new WeakMap<JsonSpan, boolean>()

function findsData(text: string, { start, end }: JsonSpan, json: Uint16Array): boolean {
  let before = start
  while (isSpace(text.charCodeAt(before - 1))) before--
  let after = end
  while (isSpace(text.charCodeAt(after))) after++
  if (before === 0 && after === text.length) return true
  if (text.endsWith('```json', before) && text.startsWith('```', after)) return true
  RECORDS.lastIndex = start
  if (json.length < MIN_EMBEDDED || !RECORDS.test(text) || minified(json).length < MIN_EMBEDDED) return false
  const span = { start, end }
  return !isLiteral(text, span) && !isInHandWrittenList(text, span) && !isIndentedPiece(text, span)
}

/** JSON without insignificant white space. */
export function minified(json: JsonUnits): Uint16Array {
  const out = new Uint16Array(json.length)
  return out.subarray(0, minifyJson(json, out, 0))
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09
}

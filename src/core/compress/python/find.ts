/**
 * Finds what Python prints of dictionaries and lists (`{'a': None, 'b': [1, 2.5]}`) in a text: only what `repr` itself
 * writes, with its own spacing. Of one that was cut off, the complete ones inside it count.
 */

import type { JsonSpan } from '../../json/index.ts'

/** A string with either quote, a number that JSON has too, or a name. */
const SCALAR =
  /'[^'\\\n]*(?:\\.[^'\\\n]*)*'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[-+]\d+)?(?![\w.])|(?:True|False|None)(?!\w)/y

/** A key and its colon: JSON has no keys but strings. */
const KEY = /(?:'[^'\\\n]*(?:\\.[^'\\\n]*)*'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"): /y

const OPENING = /[[{]/g

/** Deeper ones are left. */
const MAX_DEPTH = 64

/**
 * The outermost complete dictionaries and lists, in order. Linear: a quote that begins a string would end any string
 * before it, so no part of the text is read more than a few times.
 */
export function findPython(text: string): JsonSpan[] {
  const search: Search = { text, found: [], open: [] }
  OPENING.lastIndex = 0
  for (let opening = OPENING.exec(text); opening !== null; opening = OPENING.exec(text)) {
    search.open.length = 0
    let at = opening.index
    while (at >= 0) at = readNext(search, at)
    OPENING.lastIndex = Math.max(~at, opening.index + 1)
  }
  return search.found
}

interface Search {
  readonly text: string
  readonly found: JsonSpan[]
  /** The starts of the open ones, outermost first. */
  readonly open: number[]
}

/** Reads a value, the key before it and what closes after it; `~position` where the outermost one ends or breaks off. */
function readNext(search: Search, position: number): number {
  const { text, open } = search
  const at = isDictionary(text, open.at(-1)) ? endOf(KEY, text, position) : position
  if (at < 0) return ~position
  const isOpening = text[at] === '[' || text[at] === '{'
  if (isOpening && open.length === MAX_DEPTH) return ~(at + 1)
  if (isOpening) open.push(at)
  const next = isOpening ? at + 1 : endOf(SCALAR, text, at)
  if (next < 0) return ~at
  if (isOpening && text[next] !== closingOf(text, at)) return next
  const end = closeAll(search, next)
  return open.length > 0 && text.startsWith(', ', end) ? end + 2 : ~end
}

/** Closes those that end at `position`; returns the position after them. */
function closeAll({ text, found, open }: Search, position: number): number {
  let at = position
  for (let start = open.at(-1); start !== undefined && text[at] === closingOf(text, start); start = open.at(-1)) {
    open.pop()
    at++
    // It replaces those inside it.
    while ((found.at(-1)?.start ?? -1) > start) found.pop()
    found.push({ start, end: at })
  }
  return at
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : -1
}

function isDictionary(text: string, start: number | undefined): boolean {
  return start !== undefined && text[start] === '{'
}

function closingOf(text: string, start: number): string {
  return text[start] === '{' ? '}' : ']'
}

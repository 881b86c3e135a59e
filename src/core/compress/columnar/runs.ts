/**
 * Objects in a text without a list around them: JSON lines, perhaps after a time stamp each and with lines of plain
 * text between them, or the elements of a list that was cut off.
 */

import type { JsonSpan } from '../../json/index.ts'

/** An entry is the part between two separators: text, usually followed by an object. */
export interface Entry {
  readonly text: string
  readonly json: JsonSpan | undefined
}

export interface Run {
  /** Offsets in the text, from the first entry's start to the last one's end. */
  readonly start: number
  readonly end: number
  /** The separator between entries. */
  readonly between: string
  /** Are the entries lines, and not elements of a list? */
  readonly isLines: boolean
  /** Does every object have text before it in its entry? */
  readonly isPrefixed: boolean
  readonly entries: readonly Entry[]
}

/** Fewer objects are not a run. */
const MIN_OBJECTS = 3

/** Objects with a longer text between them are probably unrelated. UTF-16 units. */
const MAX_GAP = 512

const LIST_GAP = /^\s*,\s*$/
const LINE_END = /^\r?\n/

/** The spans in order, with those of a run replaced by the run. */
export function runsOf(text: string, spans: readonly JsonSpan[]): (Run | JsonSpan)[] {
  const found: (Run | JsonSpan)[] = []
  for (let at = 0; at < spans.length; ) {
    const run = runFrom(text, spans, at)
    found.push(...(run === undefined ? spans.slice(at, at + 1) : [run]))
    at += run === undefined ? 1 : spansOf(run).length
  }
  return found
}

export function isRun(piece: Run | JsonSpan): piece is Run {
  return 'entries' in piece
}

export function spansOf({ entries }: Run): JsonSpan[] {
  return entries.flatMap(({ json }) => json ?? [])
}

function runFrom(text: string, spans: readonly JsonSpan[], first: number): Run | undefined {
  const link = linkAfter(text, spans, first)
  const start = spans[first]
  if (link === undefined || start === undefined) return undefined
  const prefix = link.isPrefixed ? prefixOf(text, spans, first) : ''
  if (prefix === undefined) return undefined
  const entries: Entry[] = [{ text: prefix, json: start }]
  let last = first
  for (let next: Link | undefined = link; next !== undefined && isLike(next, link); ) {
    entries.push(...next.texts.map((line) => ({ text: line, json: undefined })))
    entries.push({ text: next.prefix, json: spans[++last] })
    next = linkAfter(text, spans, last)
  }
  if (last - first + 1 < MIN_OBJECTS) return undefined
  const { between, isPrefixed } = link
  return {
    start: start.start - prefix.length,
    end: spans[last]?.end ?? start.end,
    between,
    isLines: !between.includes(','),
    isPrefixed,
    entries,
  }
}

/** The text between two objects. */
interface Link {
  readonly between: string
  readonly isPrefixed: boolean
  /** Entries without an object. */
  readonly texts: readonly string[]
  /** The text before the second object in its entry. */
  readonly prefix: string
}

/** From the object `spans[at]` to the next one; undefined when they do not belong together. */
function linkAfter(text: string, spans: readonly JsonSpan[], at: number): Link | undefined {
  const from = spans[at]
  const to = spans[at + 1]
  if (from === undefined || to === undefined || to.start - from.end > MAX_GAP) return undefined
  if (text[from.start] !== '{' || text[to.start] !== '{') return undefined
  const gap = text.slice(from.end, to.start)
  if (LIST_GAP.test(gap)) return { between: gap, isPrefixed: false, texts: [], prefix: '' }
  const between = LINE_END.exec(gap)?.[0]
  if (between === undefined) return undefined
  const texts = gap.slice(between.length).split(between)
  const prefix = texts.pop() ?? ''
  return { between, isPrefixed: prefix !== '', texts, prefix }
}

function isLike(a: Link, b: Link): boolean {
  return a.between === b.between && a.isPrefixed === b.isPrefixed
}

/** The text before the object on its line; undefined when there is none, or when it is more than text. */
function prefixOf(text: string, spans: readonly JsonSpan[], at: number): string | undefined {
  const start = spans[at]?.start ?? 0
  const from = Math.max(0, start - MAX_GAP, spans[at - 1]?.end ?? 0)
  const before = text.slice(from, start)
  const line = before.slice(before.lastIndexOf('\n') + 1)
  const isWhole = line.length < before.length || from === 0
  return isWhole && line !== '' ? line : undefined
}

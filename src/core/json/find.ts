/** Finds JSON in text that is not JSON as a whole: log lines, Markdown, a document that was cut off. */

import { type JsonUnits, scalarEnd, skipSpace } from './lexemes.ts'

/** Offsets of one object or array, `end` exclusive. */
export interface JsonSpan {
  readonly start: number
  readonly end: number
}

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_OBJECT = 0x7b
const OPEN_ARRAY = 0x5b

/**
 * The outermost complete objects and arrays in `units`, in order. When an outer one breaks off, the complete ones
 * inside it count. After a failure the search goes on from that position, never from an earlier one, so it is linear
 * for any text. The price: JSON in an apparent string of a broken object is missed.
 *
 * When the spans are replaced by other objects or arrays, all other spans are still found.
 */
export function findJson(units: JsonUnits): JsonSpan[] {
  const found: JsonSpan[] = []
  let at = 0
  while (at < units.length) {
    const unit = units[at]
    if (unit === OPEN_OBJECT || unit === OPEN_ARRAY) at = findFrom(units, at, found)
    else at++
  }
  return found
}

/** A search through one outermost container. */
interface Search {
  readonly units: JsonUnits
  readonly found: JsonSpan[]
  /** The starts of the open containers, outermost first. */
  readonly open: number[]
  isKey: boolean
}

/** Reads the container at `start`; adds complete ones to `found`; returns the position at which the search continues. */
function findFrom(units: JsonUnits, start: number, found: JsonSpan[]): number {
  const search: Search = { units, found, open: [], isKey: false }
  let at = start
  while (at >= 0) at = readNext(search, at)
  return ~at
}

/**
 * Reads a value, the key before it, and the brackets that close after it. Returns `~position` when the container ends
 * or breaks off there.
 */
function readNext(search: Search, position: number): number {
  const { units, open } = search
  const at = search.isKey ? keyEnd(units, position) : position
  if (at < 0) return at
  const unit = units[at] as number
  let next: number
  if (isOpening(unit)) {
    open.push(at)
    search.isKey = unit === OPEN_OBJECT
    next = skipSpace(units, at + 1)
    if (units[next] !== closingOf(unit)) return next
  } else {
    const end = scalarEnd(units, at, unit)
    if (end < 0) return end
    next = skipSpace(units, end)
  }
  next = closeAll(search, next)
  if (open.length === 0 || units[next] !== COMMA) return ~next
  search.isKey = units[open.at(-1) as number] === OPEN_OBJECT
  return skipSpace(units, next + 1)
}

/** The start of the value for the key at `position`. */
function keyEnd(units: JsonUnits, position: number): number {
  if (units[position] !== QUOTE) return ~position
  const end = scalarEnd(units, position, QUOTE)
  if (end < 0) return end
  const colon = skipSpace(units, end)
  return units[colon] === COLON ? skipSpace(units, colon + 1) : ~colon
}

/** Closes the containers that end at `position`; returns the position after them. */
function closeAll({ units, open, found }: Search, position: number): number {
  let at = position
  for (;;) {
    const start = open.at(-1)
    if (start === undefined || units[at] !== closingOf(units[start] as number)) return at
    open.pop()
    at++
    // It replaces the containers inside it.
    while ((found.at(-1)?.start ?? -1) > start) found.pop()
    found.push({ start, end: at })
    if (open.length === 0) return at
    at = skipSpace(units, at)
  }
}

function isOpening(unit: number): boolean {
  return unit === OPEN_OBJECT || unit === OPEN_ARRAY
}

/** In ASCII a bracket or brace closes two places after it opens. */
function closingOf(opening: number): number {
  return opening + 2
}

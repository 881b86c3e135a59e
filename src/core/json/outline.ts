/**
 * Reads what is shallow and short in JSON text: the figures of a reply, not its content. Everything else is checked and
 * passed over, so that a text costs its length, however it is nested, and what is kept of it is small.
 */

import type { Steps } from '../steps.ts'
import { type JsonUnits, scalarEnd, skipSpace } from './lexemes.ts'
import { sourceBetween, textBetween, unitsOf } from './units.ts'

/** Open containers of the deepest value that a dialect reads: event > response > usage > details > details, and one more. */
const MAX_DEPTH = 6
/** Later members of a container are passed over: a thousand answers of many tokens each have figures for every token, ... */
const MAX_MEMBERS = 1024
/** ... so are longer texts, in UTF-16 units or bytes, ... */
const MAX_TEXT = 1024
/** ... and all that comes after so many values. */
const MAX_VALUES = 1 << 17

/** A shorter text is parsed whole: a reply of 1 KB takes 2 us in place of 9. */
const SHORT_UNITS = 1 << 14

/** Units that are read in one step: a few milliseconds of nothing but brackets. A long string is read in one step. */
const STEP_UNITS = 1 << 18
/** Steps of a text that is read in one go: 2 MB of brackets, or any length in a few strings. */
const MAX_STEPS = 8

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d

type Container = unknown[] | Record<string, unknown>

/**
 * As `outlining`, in one go.
 * @returns undefined also for a text with so many values that others would wait for it
 */
export function outlineOf(text: string): unknown {
  if (text.length <= SHORT_UNITS) return parse(text)
  const steps = outlining(unitsOf(text))
  for (let step = 0; step < MAX_STEPS; step++) {
    const { done, value } = steps.next()
    if (done) return value
  }
  return undefined
}

/**
 * The value as `JSON.parse` returns it, without the members that are passed over.
 * @returns undefined when the text is not valid JSON
 */
export function* outlining(units: JsonUnits): Steps<unknown> {
  if (units.length <= SHORT_UNITS) return parse(sourceBetween(units, 0, units.length))
  const reader = new OutlineReader(units)
  while (reader.read(STEP_UNITS)) yield
  return reader.result
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

class OutlineReader {
  /** Undefined until the end. */
  result: unknown
  readonly #units: JsonUnits
  /** Closing brackets of the open containers, outermost first. */
  #closing = new Uint8Array(64)
  #depth = 0
  /** The outermost open containers that are kept; the last one takes the next value while all open ones are kept. */
  readonly #kept: Container[] = []
  /** Members of each kept container, by depth, kept or not. */
  readonly #members = new Int32Array(MAX_DEPTH)
  #values = 0
  #key: string | undefined
  #keyEnd = 0
  #isKey = false
  #position: number

  constructor(units: JsonUnits) {
    this.#units = units
    this.#position = skipSpace(units, 0)
  }

  /** @returns whether anything is left to read */
  read(count: number): boolean {
    const until = this.#position + count
    while (this.#position >= 0) {
      if (this.#position >= until) return true
      if (this.#kept.length < this.#depth) this.#position = this.#pass(this.#position, until)
      else this.#position = this.#isKey ? this.#readKey(this.#position) : this.#readValue(this.#position)
    }
    return false
  }

  /** Passes over a container that is not kept, in a loop of its own: most of a hostile text is in here. */
  #pass(position: number, until: number): number {
    const units = this.#units
    const kept = this.#kept.length
    let at = position
    while (at < until) {
      if (this.#isKey) {
        at = this.#afterKey(at)
        if (at < 0) return this.#fail()
      }
      const unit = units[at] ?? 0
      if (unit === OPEN_OBJECT || unit === OPEN_ARRAY) {
        const closing = unit === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY
        this.#open(closing)
        at = skipSpace(units, at + 1)
        this.#isKey = closing === CLOSE_OBJECT
        if (units[at] !== closing) continue
      } else {
        at = scalarEnd(units, at, unit)
        if (at < 0) return this.#fail()
        at = skipSpace(units, at)
      }
      while (units[at] === this.#closing[this.#depth - 1]) {
        at = skipSpace(units, at + 1)
        if (--this.#depth === kept) return this.#next(at)
      }
      if (units[at] !== COMMA) return this.#fail()
      at = skipSpace(units, at + 1)
      this.#isKey = this.#closing[this.#depth - 1] === CLOSE_OBJECT
    }
    return at
  }

  /** @returns the start of the key's value; negative where there is none */
  #afterKey(position: number): number {
    const units = this.#units
    if (units[position] !== QUOTE) return -1
    const end = scalarEnd(units, position, QUOTE)
    if (end < 0) return -1
    const colon = skipSpace(units, end)
    if (units[colon] !== COLON) return -1
    this.#isKey = false
    this.#keyEnd = end
    return skipSpace(units, colon + 1)
  }

  #readKey(position: number): number {
    const value = this.#afterKey(position)
    if (value < 0) return this.#fail()
    const end = this.#keyEnd
    this.#key = end - position <= MAX_TEXT ? textBetween(this.#units, position, end) : undefined
    return value
  }

  #readValue(position: number): number {
    const units = this.#units
    const unit = units[position] ?? 0
    if (unit !== OPEN_OBJECT && unit !== OPEN_ARRAY) {
      const end = scalarEnd(units, position, unit)
      if (end < 0) return this.#fail()
      if (this.#takesNext()) this.#put(scalarOf(units, { unit, start: position, end }))
      return this.#next(end)
    }
    const closing = unit === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY
    if (this.#takesNext() && this.#depth < MAX_DEPTH) {
      const container: Container = unit === OPEN_OBJECT ? (Object.create(null) as Container) : []
      this.#put(container)
      this.#members[this.#depth] = 0
      this.#kept.push(container)
    }
    this.#open(closing)
    const inside = skipSpace(units, position + 1)
    if (units[inside] === closing) return this.#next(inside)
    this.#isKey = closing === CLOSE_OBJECT
    return inside
  }

  /** After a value: closes what ends there. @returns the start of the next value or key; negative at the end */
  #next(end: number): number {
    const units = this.#units
    let at = skipSpace(units, end)
    while (this.#depth > 0 && units[at] === this.#closing[this.#depth - 1]) {
      this.#depth--
      if (this.#kept.length > this.#depth) this.#kept.pop()
      at = skipSpace(units, at + 1)
    }
    if (this.#depth === 0) return at === units.length ? -1 : this.#fail()
    if (units[at] !== COMMA) return this.#fail()
    this.#isKey = this.#closing[this.#depth - 1] === CLOSE_OBJECT
    return skipSpace(units, at + 1)
  }

  /** Are all open containers kept? */
  get #isTaking(): boolean {
    return this.#kept.length === this.#depth && this.#values < MAX_VALUES
  }

  /** Is the next value kept? Counts it. */
  #takesNext(): boolean {
    if (!this.#isTaking) return false
    if (this.#depth === 0) return true
    const members = (this.#members[this.#depth - 1] ?? 0) + 1
    this.#members[this.#depth - 1] = members
    const isNamed = this.#closing[this.#depth - 1] === CLOSE_ARRAY || this.#key !== undefined
    return members <= MAX_MEMBERS && isNamed
  }

  #put(value: unknown): void {
    this.#values++
    const container = this.#kept.at(-1)
    if (container === undefined) this.result = value
    else if (Array.isArray(container)) container.push(value)
    else container[this.#key as string] = value
  }

  #open(closing: number): void {
    if (this.#depth === this.#closing.length) {
      const larger = new Uint8Array(2 * this.#depth)
      larger.set(this.#closing)
      this.#closing = larger
    }
    this.#closing[this.#depth++] = closing
  }

  #fail(): number {
    this.result = undefined
    return -1
  }
}

function scalarOf(
  units: JsonUnits,
  { unit, start, end }: { readonly unit: number; readonly start: number; readonly end: number },
): unknown {
  if (end - start > MAX_TEXT) return undefined
  return unit === QUOTE ? textBetween(units, start, end) : JSON.parse(sourceBetween(units, start, end))
}

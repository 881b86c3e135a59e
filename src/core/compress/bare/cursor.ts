/** A position in a text of bare JSON, and the readers of its parts. */

import { scalarEnd, unitsOf } from '../../json/index.ts'
import { parseHeader, TEXT_COLUMN } from '../columnar/header.ts'
import type { Shape } from '../columnar/shape.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import { literalOfBare, literalOfBareKey } from './strings.ts'

/** An unquoted value, an unquoted key, the head of a table up to its end, the rest of a line. */
const VALUE = /[^,;{}[\]"\\\n]+/y
const KEY = /[^,;:{}[\]"\\\n]+/y
const HEAD = /[^"\\\n]{1,16384}(?=\)\n)/y
const LINE = /[^\n]*/y

/** Ends every attempt to read: the text is not in this form. */
export class NotBare extends Error {}

export class Cursor {
  readonly #text: string
  readonly #units: Uint16Array
  /**
   * UTF-16 units that names, constants and separators may still add: without a limit, a few rows of a long name would
   * grow very large.
   */
  #unitsLeft = MAX_BLOCK_BYTES
  at = 0

  constructor(text: string) {
    this.#text = text
    this.#units = unitsOf(text)
  }

  /** Is `text` found `ahead` units from here? */
  isAt(text: string, ahead = 0): boolean {
    return this.#text.startsWith(text, this.at + ahead)
  }

  /** Is the cell at this position empty? */
  isAtCellEnd(): boolean {
    return this.at >= this.#text.length || ',;]\n'.includes(this.#text.charAt(this.at))
  }

  take(text: string): boolean {
    if (!this.isAt(text)) return false
    this.at += text.length
    return true
  }

  /** @throws NotBare when `text` is not at this position */
  expect(text: string): void {
    if (!this.take(text)) throw new NotBare()
  }

  /** The literal of the value or key at this position, quoted or not. */
  scalar(): string {
    return this.isAt('"') ? this.quoted() : known(literalOfBare(this.#match(VALUE)))
  }

  key(): string {
    return this.isAt('"') ? this.quoted() : known(literalOfBareKey(this.#match(KEY)))
  }

  quoted(): string {
    const end = this.isAt('"') ? scalarEnd(this.#units, this.at, 0x22) : -1
    if (end < 0) throw new NotBare()
    const literal = this.#text.slice(this.at, end)
    this.at = end
    return literal
  }

  /** `[(head)`, and whether its rows start with a text. */
  head(): { shape: Shape; isPrefixed: boolean } {
    this.expect('[(')
    const head = this.#match(HEAD)
    this.expect(')')
    const isPrefixed = head.startsWith(TEXT_COLUMN)
    const shape = known(parseHeader(isPrefixed ? head.slice(TEXT_COLUMN.length) : head))
    return { shape, isPrefixed }
  }

  line(): string {
    return this.#match(LINE)
  }

  /** Counts units of the result that are not in the text. */
  spend(units: number): void {
    this.#unitsLeft -= units
    if (this.#unitsLeft < 0) throw new NotBare()
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const found = known(pattern.exec(this.#text)?.[0])
    this.at += found.length
    return found
  }
}

/** @throws NotBare for undefined */
export function known<T>(value: T | undefined): T {
  if (value === undefined) throw new NotBare()
  return value
}

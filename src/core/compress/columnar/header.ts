/**
 * The head of a table: the names of its columns, as one line of text.
 *
 * `id,name` names the values of a row. `seats{economy,business}` is an object in the row, `stops[code,gate]` a list of
 * objects, `rates{(key),from,to}` an object whose values are objects, each in a row that starts with its key.
 * `status=active` has that value in every row and no cell. `[a,b]` is the head of a list of lists of objects, `(key),a,b`
 * that of an object whose values are objects.
 */

import { isPlainName, isPlainString, MAX_COLUMNS } from './columns.ts'
import { type Column, SAME_AS_KEY, type Shape } from './shape.ts'

/** The first name of a run's head when rows start with the text before the object. */
export const TEXT_COLUMN = '(text),'

/** The first name when rows start with the key of their object. */
const KEY = '(key)'

const NAME = /[^,=:{}[\]"\\\p{Cc}]+/uy
const VALUE = /\{\}|\[\]|[^,={}[\]"\\\p{Cc}]*/uy
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/

/** In UTF-16 units. */
const MAX_HEAD = 8192

/** As deep as a table's source (source.ts). */
const MAX_DEPTH = 64

/** @returns undefined for a shape with too many names to read */
export function headerText(shape: Shape): string | undefined {
  const text = textOf(shape)
  return text.length <= MAX_HEAD ? text : undefined
}

/** @returns undefined for text that `headerText` never writes */
export function parseHeader(text: string): Shape | undefined {
  const shape = text.length <= MAX_HEAD ? new HeaderParser(text).parse() : undefined
  return shape && textOf(shape) === text ? shape : undefined
}

function textOf({ kind, columns }: Shape): string {
  if (kind === 'list') return `[${columnsText(columns)}]`
  const text = kind === 'map' ? mapText(columns) : columnsText(columns)
  // A single name could be any key of any object.
  return columns.length === 1 && isPlainName(text) ? `${text},` : text
}

function columnsText(columns: readonly Column[]): string {
  return columns.map(columnText).join(',')
}

function columnText({ name, shape, constant }: Column): string {
  if (constant !== undefined) return `${name}=${constant.startsWith('"') ? constant.slice(1, -1) : constant}`
  if (shape === undefined) return name
  if (shape.kind === 'list') return `${name}[${columnsText(shape.columns)}]`
  return `${name}{${shape.kind === 'map' ? mapText(shape.columns) : columnsText(shape.columns)}}`
}

function mapText(columns: readonly Column[]): string {
  return `${KEY},${columnsText(columns)}`
}

class HeaderParser {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  parse(): Shape | undefined {
    const isList = this.#take('[')
    const shape = this.#columns(isList ? 'list' : 'object')
    if (shape === undefined || (isList && !this.#take(']'))) return undefined
    if (!isList && shape.columns.length === 1) this.#take(',')
    return this.#at === this.#text.length ? shape : undefined
  }

  #columns(kind: 'list' | 'object'): Shape | undefined {
    if (++this.#depth > MAX_DEPTH) return undefined
    const isMap = kind === 'object' && this.#take(`${KEY},`)
    const columns: Column[] = []
    do {
      const column = this.#column()
      if (column === undefined || columns.length === MAX_COLUMNS) return undefined
      columns.push(column)
    } while (this.#isNextColumn() && this.#take(','))
    this.#depth--
    return { kind: isMap ? 'map' : kind, columns }
  }

  /** A comma at the very end closes a head of one name. */
  #isNextColumn(): boolean {
    return this.#text[this.#at] === ',' && this.#at + 1 < this.#text.length
  }

  #column(): Column | undefined {
    const name = this.#match(NAME)
    if (name === undefined || !isPlainName(name)) return undefined
    if (this.#take('=')) {
      const constant = literalFrom(this.#match(VALUE) ?? '')
      return constant === undefined ? undefined : { name, constant }
    }
    if (this.#take('[')) return this.#inner(name, 'list', ']')
    return this.#take('{') ? this.#inner(name, 'object', '}') : { name }
  }

  #inner(name: string, kind: 'list' | 'object', end: string): Column | undefined {
    const shape = this.#columns(kind)
    return shape !== undefined && this.#take(end) ? { name, shape } : undefined
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    this.#at += found?.length ?? 0
    return found
  }
}

/** The JSON literal for the text after an equals sign. */
function literalFrom(text: string): string | undefined {
  const isLiteral = ['{}', '[]', 'true', 'false', 'null', SAME_AS_KEY].includes(text) || NUMBER.test(text)
  if (isLiteral) return text
  return isPlainString(text) ? `"${text}"` : undefined
}

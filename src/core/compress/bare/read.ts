/** Reads bare JSON back: a recursive descent that accepts only the writer's output. */

import { type Column, isConstantColumn, SAME_AS_KEY, type Shape } from '../columnar/shape.ts'
import { Cursor, known, NotBare } from './cursor.ts'
import { MARK } from './mark.ts'
import { MIN_BARE } from './strings.ts'

/** Deeper than the writer goes. */
const MAX_DEPTH = 140

/** @returns undefined when the text holds no bare JSON, or something similar that the writer never writes */
export function readBare(text: string): string | undefined {
  try {
    return readForms(text)
  } catch (error) {
    if (error instanceof NotBare) return undefined
    throw error
  }
}

function readForms(text: string): string | undefined {
  const cursor = new Cursor(text)
  const reader = new BareReader(cursor)
  let read = ''
  let from = 0
  for (;;) {
    MARK.lastIndex = from
    const mark = MARK.exec(text)
    if (mark === null) return from === 0 ? undefined : read + text.slice(from)
    cursor.at = mark.index + mark[0].length
    const json = mark[0] === '~' ? reader.value(0) : reader.run()
    if (json.length < MIN_BARE) return undefined
    read += text.slice(from, mark.index) + json
    from = cursor.at
  }
}

/** The reader's position in a row. */
interface RowState {
  readonly depth: number
  /** Its key in its map. */
  readonly own: string | undefined
  isFirst: boolean
}

class BareReader {
  readonly #cursor: Cursor

  constructor(cursor: Cursor) {
    this.#cursor = cursor
  }

  run(): string {
    const cursor = this.#cursor
    const between = JSON.parse(cursor.quoted()) as string
    const { shape, isPrefixed } = cursor.head()
    if (shape.kind !== 'object') throw new NotBare()
    cursor.expect('\n')
    const entries: string[] = []
    while (!cursor.take(']')) {
      cursor.spend(between.length)
      entries.push(cursor.take('=') ? cursor.line() : this.#entry(shape, isPrefixed))
      cursor.expect('\n')
    }
    return entries.join(between)
  }

  value(depth: number): string {
    if (depth > MAX_DEPTH) throw new NotBare()
    const cursor = this.#cursor
    if (cursor.isAt('{')) return this.#list('{', '}', () => this.#member(depth + 1))
    if (!cursor.isAt('[')) return cursor.scalar()
    return cursor.isAt('(', 1) ? this.#table(depth + 1) : this.#list('[', ']', () => this.value(depth + 1))
  }

  #entry(shape: Shape, isPrefixed: boolean): string {
    if (!isPrefixed) return this.#row(shape, 1)
    const prefix = JSON.parse(this.#cursor.scalar()) as unknown
    if (typeof prefix !== 'string') throw new NotBare()
    this.#cursor.expect(',')
    return prefix + this.#row(shape, 1)
  }

  #member(depth: number): string {
    const key = this.#cursor.key()
    this.#cursor.expect(':')
    return `${key}:${this.value(depth)}`
  }

  /** The text between commas and brackets, as JSON. */
  #list(open: string, close: string, read: () => string): string {
    this.#cursor.expect(open)
    if (this.#cursor.take(close)) return open + close
    const items = [read()]
    while (this.#cursor.take(',')) items.push(read())
    this.#cursor.expect(close)
    return `${open}${items.join(',')}${close}`
  }

  #table(depth: number): string {
    const { shape, isPrefixed } = this.#cursor.head()
    const rows: string[] = []
    while (this.#cursor.take('\n')) {
      rows.push(shape.kind === 'list' ? this.#cell(shape, depth) : this.#rowOrValue(shape, depth))
    }
    this.#cursor.expect(']')
    if (rows.length === 0 || isPrefixed) throw new NotBare()
    return collected(shape, rows)
  }

  /** A value that is similar in every row; rows of an inner list or map are separated by semicolons. */
  #cell(shape: Shape | undefined, depth: number): string {
    const cursor = this.#cursor
    // A table among the cells is a value of its own.
    if (shape === undefined || cursor.isAt('(', 1) || !cursor.take('[')) return this.value(depth)
    if (shape.kind === 'list' && cursor.take(']')) return '[]'
    const rows = [this.#rowOrValue(shape, depth)]
    while (cursor.take(';')) rows.push(this.#rowOrValue(shape, depth))
    cursor.expect(']')
    return collected(shape, rows)
  }

  /** An object of the columns; after an equals sign, an unchanged value. For a map, a member. */
  #rowOrValue(shape: Shape, depth: number): string {
    if (shape.kind === 'map') return this.#mapMember(shape, depth)
    return this.#cursor.take('=') ? this.value(depth) : this.#row(shape, depth)
  }

  #mapMember(shape: Shape, depth: number): string {
    if (this.#cursor.take('={')) {
      const member = this.#member(depth)
      this.#cursor.expect('}')
      return member
    }
    const key = this.#cursor.key()
    return `${key}:${this.#row(shape, depth, key)}`
  }

  #row({ columns }: Shape, depth: number, own?: string): string {
    if (depth > MAX_DEPTH) throw new NotBare()
    const { text } = this.#object(columns, { depth, own, isFirst: own === undefined })
    // An object without keys has no row.
    if (text === '{}') throw new NotBare()
    return text
  }

  /** The object for the next cells, and whether one of them was not empty. */
  #object(columns: readonly Column[], row: RowState): { text: string; hasCell: boolean } {
    const members: string[] = []
    let hasCell = false
    for (const column of columns) {
      const value = this.#columnValue(column, row)
      if (value === undefined) continue
      hasCell ||= !isConstantColumn(column)
      this.#cursor.spend(column.name.length + (column.constant?.length ?? 0) + 4)
      members.push(`"${column.name}":${value}`)
    }
    return { text: `{${members.join(',')}}`, hasCell }
  }

  #columnValue(column: Column, row: RowState): string | undefined {
    const { shape, constant } = column
    if (constant !== undefined) return constant === SAME_AS_KEY ? known(row.own) : constant
    if (shape?.kind === 'object') {
      const inner = this.#object(shape.columns, row)
      return inner.hasCell || isConstantColumn(column) ? inner.text : undefined
    }
    if (!row.isFirst) this.#cursor.expect(',')
    row.isFirst = false
    return this.#cursor.isAtCellEnd() ? undefined : this.#cell(shape, row.depth + 1)
  }
}

function collected({ kind }: Shape, rows: readonly string[]): string {
  return kind === 'map' ? `{${rows.join(',')}}` : `[${rows.join(',')}]`
}

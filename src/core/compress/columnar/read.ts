/** Reads tables back into lists of objects. */

import { endOf, isString, type JsonTape, kindOf, startOf } from '../../json/index.ts'
import { MAX_BLOCK_BYTES } from '../request/budget.ts'
import { ABSENT, type Column, type Shape } from './shape.ts'
import { childrenOf, literalOf, rewriteChildren, type Source } from './source.ts'

/** Is there anything that looks like a table: an object of `keys` and `rows`, whatever they hold? */
export function hasTable({ tape }: Source): boolean {
  for (let node = 0; node < tape.length; node++) if (isTable(tape, node)) return true
  return false
}

/** @returns undefined when something looks like a table and is none that `writeTables` writes, or there is no table */
export function readTables(source: Source): string | undefined {
  if (!hasTable(source)) return undefined
  const reader = new Reader(source)
  const text = reader.value(0)
  return reader.isBroken ? undefined : text
}

class Reader {
  readonly #source: Source
  /** UTF-16 units that keys may still add: a few rows of a long key would else grow without bound. */
  #unitsLeft = MAX_BLOCK_BYTES
  isBroken = false

  constructor(source: Source) {
    this.#source = source
  }

  value(node: number): string {
    if (this.isBroken) return ''
    const { tape } = this.#source
    if (!isTable(tape, node)) return rewriteChildren(this.#source, node, (child) => this.value(child))
    const [, keys = node, , rows = node] = childrenOf(tape, node)
    const shape = this.#shape(keys)
    if (kindOf(tape, rows) !== 'array') return this.#broken()
    return this.#list(rows, (row) => this.#cell(shape, row))
  }

  #cell(shape: Shape | undefined, node: number): string {
    if (shape === undefined) return this.value(node)
    const isArray = kindOf(this.#source.tape, node) === 'array'
    if (shape.isList && isArray) return this.#list(node, (item) => this.#row(shape, item))
    return shape.isList ? this.value(node) : this.#row(shape, node)
  }

  #row({ columns }: Shape, node: number): string {
    const { tape } = this.#source
    if (kindOf(tape, node) !== 'array') return this.value(node)
    const cells = childrenOf(tape, node)
    if (cells.length === 0 || cells.length > columns.length) return this.#broken()
    const members: string[] = []
    for (const [i, cell] of cells.entries()) {
      const { key, shape } = columns[i] as Column
      this.#unitsLeft -= key.length + 1
      if (this.#unitsLeft < 0) return this.#broken()
      if (literalOf(this.#source, cell) !== ABSENT) members.push(`${key}:${this.#cell(shape, cell)}`)
    }
    return `{${members.join(',')}}`
  }

  #list(node: number, write: (item: number) => string): string {
    const items = childrenOf(this.#source.tape, node)
    if (items.length === 0 && literalOf(this.#source, node) !== '[]') return this.#broken()
    return `[${items.map(write).join(',')}]`
  }

  #shape(node: number): Shape {
    const [first = node, ...others] = childrenOf(this.#source.tape, node)
    const isList = others.length === 0 && kindOf(this.#source.tape, first) === 'array'
    return { isList, columns: this.#columns(isList ? first : node) }
  }

  #columns(node: number): Column[] {
    const { tape } = this.#source
    if (kindOf(tape, node) !== 'array') this.#broken()
    return childrenOf(tape, node).map((column) => {
      if (kindOf(tape, column) === 'string') return { key: literalOf(this.#source, column), shape: undefined }
      const [key = column, inner = column, ...others] = childrenOf(tape, column)
      if (kindOf(tape, column) !== 'object' || inner === column || others.length > 0) this.#broken()
      return { key: literalOf(this.#source, key), shape: inner === column ? undefined : this.#shape(inner) }
    })
  }

  #broken(): string {
    this.isBroken = true
    return ''
  }
}

function isTable(tape: JsonTape, node: number): boolean {
  if (kindOf(tape, node) !== 'object') return false
  const [keys, , rows, , ...others] = childrenOf(tape, node)
  if (keys === undefined || rows === undefined || others.length > 0) return false
  return isPlain(tape, keys, 'keys') && isPlain(tape, rows, 'rows')
}

/** Written without escapes. */
function isPlain(tape: JsonTape, node: number, text: string): boolean {
  return isString(tape, node, text) && endOf(tape, node) - startOf(tape, node) === text.length + 2
}

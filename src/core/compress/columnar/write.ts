/** Writes JSON with its lists of objects as tables: `{"a,b":[[1,2],[3,4]]}`. */

import { kindOf, NONE } from '../../json/index.ts'
import { ABSENT, cellsOf } from './columns.ts'
import { headerText } from './header.ts'
import { type Inferred, inferMap, inferShape, type Layout, type Shape } from './shape.ts'
import { childrenOf, literalOf, rewriteChildren, type Source } from './source.ts'

export const JSON_LAYOUT: Layout = {
  minPresence: 1 / 3,
  absentUnits: ABSENT.length + 1,
  tableUnits: 5,
  isFlat: false,
}

/** @returns undefined when no table is worth while */
export function writeTables(source: Source): string | undefined {
  const writer = new TableWriter(source)
  const written = writer.value(0)
  return writer.hasTable ? written : undefined
}

export class TableWriter {
  readonly #source: Source
  hasTable = false

  constructor(source: Source) {
    this.#source = source
  }

  value(node: number): string {
    const { tape } = this.#source
    const kind = kindOf(tape, node)
    const table = kind === 'array' ? this.#list(node) : kind === 'object' ? this.#map(node) : undefined
    return table ?? rewriteChildren(this.#source, node, (child) => this.value(child))
  }

  /** An object's values in the order of the columns, in brackets; as it is when it does not fit them. */
  row({ columns }: Shape, node: number, before: readonly string[] = []): string | undefined {
    const names = columns.map(({ name }) => name)
    const cells = kindOf(this.#source.tape, node) === 'object' ? cellsOf(this.#source, names, node) : undefined
    if (cells === undefined) return undefined
    const written = cells.flatMap((cell, i) => {
      const column = columns[i] as Shape['columns'][number]
      if (column.constant !== undefined) return []
      return [cell === NONE ? ABSENT : this.#cell(column.shape, cell)]
    })
    return `[${[...before, ...written].join(',')}]`
  }

  #list(node: number): string | undefined {
    const elements = childrenOf(this.#source.tape, node)
    const inferred = inferShape(this.#source, elements, JSON_LAYOUT)
    // The head of a map names one object's values, not those of many.
    if (!isWorthWhile(inferred) || inferred.shape.kind === 'map') return undefined
    const { shape } = inferred
    const rows = elements.map((element) => this.#cell(shape, element))
    return this.#table(shape, rows)
  }

  #map(node: number): string | undefined {
    const inferred = inferMap(this.#source, [node], JSON_LAYOUT)
    if (!isWorthWhile(inferred)) return undefined
    return this.#table(inferred.shape, this.#mapRows(inferred.shape, node))
  }

  #table(shape: Shape, rows: readonly string[]): string {
    this.hasTable = true
    return `{"${headerText(shape)}":[${rows.join(',')}]}`
  }

  #cell(shape: Shape | undefined, node: number): string {
    const kind = kindOf(this.#source.tape, node)
    if (shape?.kind === 'map' && kind === 'object') {
      const rows = this.#mapRows(shape, node)
      return rows.length === 0 ? '{}' : `[${rows.join(',')}]`
    }
    if (shape?.kind === 'list' && kind === 'array') {
      const items = childrenOf(this.#source.tape, node)
      return `[${items.map((item) => this.row(shape, item) ?? this.value(item)).join(',')}]`
    }
    return (shape?.kind === 'object' && this.row(shape, node)) || this.value(node)
  }

  /** Of each member its key and its value's cells; a member that does not fit stands as an object of its own. */
  #mapRows(shape: Shape, node: number): string[] {
    const members = childrenOf(this.#source.tape, node)
    const rows: string[] = []
    for (let i = 0; i < members.length; i += 2) {
      const key = literalOf(this.#source, members[i] as number)
      const value = members[i + 1] as number
      rows.push(this.row(shape, value, [key]) ?? `{${key}:${this.value(value)}}`)
    }
    return rows
  }
}

export function isWorthWhile(inferred: Inferred | undefined): inferred is Inferred {
  return inferred !== undefined && inferred.saved > JSON_LAYOUT.tableUnits
}

/**
 * Writes JSON with its lists of objects as tables, a row a line:
 *
 * {"a,b":[
 * [1,2],
 * [3,4]]}
 */

import { kindOf, NONE } from '../../json/index.ts'
import { ABSENT, cellsOf } from './columns.ts'
import { headerText, TEXT_COLUMN } from './header.ts'
import { type Inferred, inferMap, inferShape, type Layout } from './infer.ts'
import { type Run, spansOf } from './runs.ts'
import { isConstantColumn, namesOf, type Shape } from './shape.ts'
import { childrenOf, literalOf, rewriteChildren, type Source, sourceOfRun } from './source.ts'

/** Every row has all its values. */
export const WHOLE_ROWS: Layout = {
  minPresence: 1 / 3,
  absentUnits: ABSENT.length + 1,
  tableUnits: 5,
  isFlat: false,
  hasConstants: false,
}

/** The head has what all rows have. */
export const SHORT_ROWS: Layout = { ...WHOLE_ROWS, hasConstants: true }

/** `,"between":""` */
const RUN_UNITS = 13

/** @returns undefined when no table saves anything */
export function writeTables(source: Source, layout: Layout): string | undefined {
  const writer = new TableWriter(source, layout)
  const written = writer.value(0)
  return writer.hasTable ? written : undefined
}

/**
 * Writes objects of a text without a list around them as `{"level,msg":[[30,"up"],[40,"down"]],"between":"
 * "}`, one row per line. A string among the rows is a line without such an object.
 * @returns undefined when the objects have too little in common
 */
export function writeRun(text: string, run: Run, layout: Layout): string | undefined {
  const { entries, between, isPrefixed } = run
  const source = sourceOfRun(text, run)
  const objects = source === undefined ? [] : childrenOf(source.tape, 0)
  if (source === undefined || objects.length !== spansOf(run).length) return undefined
  const inferred = inferShape(source, objects, layout)
  if (inferred?.shape.kind !== 'object') return undefined
  const writer = new TableWriter(source, layout)
  let saved = inferred.saved - layout.tableUnits - RUN_UNITS
  let at = 0
  const rows = entries.map(({ text: before, json }) => {
    const object = json === undefined ? NONE : (objects[at++] as number)
    const prefix = isPrefixed ? [JSON.stringify(before)] : []
    const asText = JSON.stringify(before + (json === undefined ? '' : text.slice(json.start, json.end)))
    const row = object === NONE ? undefined : writer.row(inferred.shape, object, prefix)
    // Quotes, a comma, escapes.
    saved -= row === undefined ? asText.length + 1 - before.length : (prefix[0] ?? '').length - before.length
    return row ?? asText
  })
  const head = headerText(inferred.shape)
  if (saved <= 0 || head === undefined) return undefined
  return `{"${isPrefixed ? TEXT_COLUMN : ''}${head}":${listOf(rows)},"between":${JSON.stringify(between)}}`
}

/** A row a line: a small model reads it better than all rows in one line (docs/decisions/0001-columnar-layout.md). */
function listOf(rows: readonly string[]): string {
  return `[\n${rows.join(',\n')}]`
}

class TableWriter {
  readonly #source: Source
  readonly #layout: Layout
  hasTable = false

  constructor(source: Source, layout: Layout) {
    this.#source = source
    this.#layout = layout
  }

  value(node: number): string {
    const { tape } = this.#source
    const kind = kindOf(tape, node)
    if (kind !== 'array' && kind !== 'object') return literalOf(this.#source, node)
    const table = kind === 'array' ? this.#list(node) : this.#map(node)
    return table ?? rewriteChildren(this.#source, node, (child) => this.value(child))
  }

  /** An object's values in the order of the columns, in brackets; unchanged when it does not fit them. */
  row({ columns }: Shape, node: number, before: readonly string[] = []): string | undefined {
    const cells =
      kindOf(this.#source.tape, node) === 'object' ? cellsOf(this.#source, namesOf(columns), node) : undefined
    if (cells === undefined) return undefined
    const written = [...before]
    for (let at = 0; at < cells.length; at++) {
      const cell = cells[at] as number
      const column = columns[at] as Shape['columns'][number]
      if (!isConstantColumn(column)) written.push(cell === NONE ? ABSENT : this.#cell(column.shape, cell))
    }
    // Constants may follow the last cell of an object: the reader takes a cell that is not there for an absent key.
    while (written.length > before.length + 1 && written.at(-1) === ABSENT) written.pop()
    return `[${written.join(',')}]`
  }

  #list(node: number): string | undefined {
    const elements = childrenOf(this.#source.tape, node)
    const inferred = inferShape(this.#source, elements, this.#layout)
    // The head of a map names one object's values, not those of many.
    if (!isWorthWhile(inferred) || inferred.shape.kind === 'map') return undefined
    return this.#table(inferred.shape, (shape) => elements.map((element) => this.#cell(shape, element)))
  }

  #map(node: number): string | undefined {
    const inferred = inferMap(this.#source, [node], this.#layout)
    if (!isWorthWhile(inferred)) return undefined
    return this.#table(inferred.shape, (shape) => this.#mapRows(shape, node))
  }

  #table(shape: Shape, rows: (shape: Shape) => readonly string[]): string | undefined {
    const head = headerText(shape)
    if (head === undefined) return undefined
    this.hasTable = true
    return `{"${head}":${listOf(rows(shape))}}`
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

  /** The key and the cells of each member; a member that does not fit stays an object. */
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

function isWorthWhile(inferred: Inferred | undefined): inferred is Inferred {
  return inferred !== undefined && inferred.saved > WHOLE_ROWS.tableUnits
}

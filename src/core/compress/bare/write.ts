/**
 * Writes JSON with its strings bare where nothing is lost, and its lists of objects as tables with a row a line:
 *
 * ~{id:A7,stops:[(code,gate)
 * FRA,2
 * LHR,9],paid:true}
 */

import { kindOf, NONE } from '../../json/index.ts'
import { cellsOf } from '../columnar/columns.ts'
import { headerText, TEXT_COLUMN } from '../columnar/header.ts'
import { type Inferred, inferMap, inferShape, type Layout } from '../columnar/infer.ts'
import type { Run } from '../columnar/runs.ts'
import { leavesOf, namesOf, type Shape } from '../columnar/shape.ts'
import { childrenOf, literalOf, type Source, sourceOfRun } from '../columnar/source.ts'
import { bareKey, bareValue, MIN_BARE } from './strings.ts'

const BARE_LAYOUT: Layout = {
  minPresence: 1 / 8,
  absentUnits: 1,
  tableUnits: 5,
  isFlat: true,
  hasConstants: true,
}

/** @returns undefined for JSON that is nested too deep, or so short that other text may look the same */
export function writeBare(source: Source): string | undefined {
  const writer = new BareWriter(source)
  const written = writer.value(0)
  const isShort = written.length < 2 * MIN_BARE && literalOf(source, 0).length < MIN_BARE
  return writer.isTooDeep || isShort ? undefined : `~${written}`
}

/**
 * Writes objects of a text without a list around them, with the text between them: `~between"
 * "[(level,msg)`, then one row per line; an equals sign starts a line without such an object.
 * @returns undefined when the objects have too little in common
 */
export function writeBareRun(text: string, run: Run): string | undefined {
  const { entries, between, isPrefixed } = run
  const source = sourceOfRun(text, run)
  const objects = source === undefined ? [] : childrenOf(source.tape, 0)
  const inferred = source && inferShape(source, objects, BARE_LAYOUT)
  if (source === undefined || inferred?.shape.kind !== 'object' || !isWorthWhile(inferred)) return undefined
  const { shape } = inferred
  const writer = new BareWriter(source)
  let at = 0
  const rows = entries.map(({ text: before, json }) => {
    const row = json === undefined ? undefined : writer.row(shape, objects[at++] as number)
    if (row === undefined) return `=${before}${json === undefined ? '' : text.slice(json.start, json.end)}`
    return isPrefixed ? `${bareValue(JSON.stringify(before))},${row}` : row
  })
  // A value written unchanged could end too early.
  const head = headerText(shape)
  if (head === undefined || writer.isTooDeep || rows.some((row) => row.includes('\n'))) return undefined
  return `~between${JSON.stringify(between)}[(${isPrefixed ? TEXT_COLUMN : ''}${head})\n${rows.join('\n')}\n]`
}

class BareWriter {
  readonly #source: Source
  isTooDeep = false

  constructor(source: Source) {
    this.#source = source
  }

  value(node: number): string {
    const kind = kindOf(this.#source.tape, node)
    if (kind === 'string') return bareValue(literalOf(this.#source, node))
    if (kind !== 'object' && kind !== 'array') return literalOf(this.#source, node)
    const children = childrenOf(this.#source.tape, node)
    if (children.length === 0) return this.#empty(node)
    return kind === 'array' ? this.#list(children) : this.#object(node, children)
  }

  /** An object's cells; undefined when it does not fit the columns. */
  row(shape: Shape, node: number): string | undefined {
    const cells = kindOf(this.#source.tape, node) === 'object' ? this.#cells(shape, node) : undefined
    return cells?.join(',')
  }

  #empty(node: number): string {
    const literal = literalOf(this.#source, node)
    this.isTooDeep ||= literal.length > 2
    return literal
  }

  #list(items: readonly number[]): string {
    const inferred = inferShape(this.#source, items, BARE_LAYOUT)
    // The head of a map names one object's values, not those of many.
    const isTable = isWorthWhile(inferred) && inferred.shape.kind !== 'map'
    const table = isTable ? this.#table(inferred.shape, (shape) => this.#rows(shape, items)) : undefined
    return table ?? `[${items.map((item) => this.value(item)).join(',')}]`
  }

  #rows(shape: Shape, items: readonly number[]): string[] {
    return items.map((item) => (shape.kind === 'list' ? this.#cell(shape, item) : this.#rowOrValue(shape, item)))
  }

  #table(shape: Shape, rows: (shape: Shape) => readonly string[]): string | undefined {
    const head = headerText(shape)
    return head && `[(${head})\n${rows(shape).join('\n')}]`
  }

  #object(node: number, members: readonly number[]): string {
    const inferred = inferMap(this.#source, [node], BARE_LAYOUT)
    const table = isWorthWhile(inferred)
      ? this.#table(inferred.shape, (shape) => this.#mapRows(shape, node))
      : undefined
    if (table !== undefined) return table
    const written: string[] = []
    for (let i = 0; i < members.length; i += 2) {
      written.push(this.#member(members[i] as number, members[i + 1] as number))
    }
    return `{${written.join(',')}}`
  }

  #member(key: number, value: number): string {
    return `${bareKey(literalOf(this.#source, key))}:${this.value(value)}`
  }

  #rowOrValue(shape: Shape, node: number): string {
    return this.row(shape, node) ?? `=${this.value(node)}`
  }

  /** One cell for each leaf of the shape, empty where the object has no such key. */
  #cells(shape: Shape, node: number): string[] | undefined {
    const { columns } = shape
    const values = cellsOf(this.#source, namesOf(columns), node)
    return (
      values &&
      columns.flatMap(({ shape: inner, constant }, i) => {
        if (constant !== undefined) return []
        const value = values[i] ?? NONE
        if (value === NONE) return Array<string>(inner?.kind === 'object' ? leavesOf(inner) : 1).fill('')
        if (inner?.kind !== 'object') return [this.#cell(inner, value)]
        return this.#cells(inner, value) as string[]
      })
    )
  }

  #cell(shape: Shape | undefined, node: number): string {
    const kind = kindOf(this.#source.tape, node)
    const children = childrenOf(this.#source.tape, node)
    if (children.length === 0 || shape === undefined) return this.value(node)
    if (shape.kind === 'map' && kind === 'object') return `[${this.#mapRows(shape, node).join(';')}]`
    if (shape.kind !== 'list' || kind !== 'array') return this.value(node)
    return `[${children.map((item) => this.#rowOrValue(shape, item)).join(';')}]`
  }

  #mapRows(shape: Shape, node: number): string[] {
    const members = childrenOf(this.#source.tape, node)
    const rows: string[] = []
    for (let i = 0; i < members.length; i += 2) {
      const key = members[i] as number
      const value = members[i + 1] as number
      const row = this.row(shape, value)
      rows.push(
        row === undefined ? `={${this.#member(key, value)}}` : `${bareKey(literalOf(this.#source, key))},${row}`,
      )
    }
    return rows
  }
}

function isWorthWhile(inferred: Inferred | undefined): inferred is Inferred {
  return inferred !== undefined && inferred.saved > BARE_LAYOUT.tableUnits
}

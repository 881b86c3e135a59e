/** Reads tables back into lists of objects. */

import { endOf, isString, type JsonTape, kindOf, NONE, startOf, textOf } from '../../json/index.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import { ABSENT } from './columns.ts'
import { parseHeader, TEXT_COLUMN } from './header.ts'
import { type Column, isConstantColumn, SAME_AS_KEY, type Shape } from './shape.ts'
import { childrenOf, literalOf, rewriteChildren, type Source } from './source.ts'

/** Does the text hold an object with a table's head as its only key, and with a row in its value? */
export function hasTable({ tape }: Source): boolean {
  if (runAt(tape) !== undefined) return true
  for (let node = 0; node < tape.length; node++) if (tableAt(tape, node) !== undefined) return true
  return false
}

/** @returns undefined when the text holds no table, or a table that `writeTables` never writes */
export function readTables(source: Source): string | undefined {
  if (!hasTable(source)) return undefined
  const reader = new TableReader(source)
  const run = runAt(source.tape)
  const text = run === undefined ? reader.value(0) : reader.run(run)
  return reader.isBroken ? undefined : text
}

interface Table {
  readonly shape: Shape
  /** The list of rows. */
  readonly rows: number
}

interface RunTable extends Table {
  readonly between: string
  readonly isPrefixed: boolean
}

/** The cells of a row that are not read yet: those from `at` on. */
interface Left {
  readonly cells: readonly number[]
  at: number
}

class TableReader {
  readonly #source: Source
  /**
   * UTF-16 units that names and constants may still add: without a limit, a few rows of a long name would grow very
   * large.
   */
  #unitsLeft = MAX_BLOCK_BYTES
  isBroken = false

  constructor(source: Source) {
    this.#source = source
  }

  value(node: number): string {
    if (this.isBroken) return ''
    const { tape } = this.#source
    const kind = kindOf(tape, node)
    if (kind !== 'array' && kind !== 'object') return literalOf(this.#source, node)
    const table = tableAt(tape, node)
    if (table === undefined) return rewriteChildren(this.#source, node, (child) => this.value(child))
    const { shape, rows } = table
    if (shape.kind === 'map') return this.#map(shape, rows)
    return this.#rows(rows, (row) => this.#cell(shape, row))
  }

  /** Objects with the text between them; a string among the rows is a text without an object. */
  run({ shape, rows, between, isPrefixed }: RunTable): string {
    const { tape } = this.#source
    const entries = childrenOf(tape, rows).map((row) => {
      this.#unitsLeft -= between.length
      if (this.#unitsLeft < 0) return this.#broken()
      const text = textOf(tape, row)
      if (text !== undefined || kindOf(tape, row) !== 'array') return text ?? this.#broken()
      const cells = childrenOf(tape, row)
      const prefix = isPrefixed ? textOf(tape, cells.shift() ?? NONE) : ''
      return prefix === undefined ? this.#broken() : prefix + this.#row(shape, cells)
    })
    return entries.join(between)
  }

  /** An object from its row's cells; `own` is its key in a map. */
  #row({ columns }: Shape, cells: readonly number[], own?: string): string {
    const left: Left = { cells, at: 0 }
    let members = ''
    for (const column of columns) {
      const member = this.#member(column, left, own)
      if (member !== '') members += members === '' ? member : `,${member}`
    }
    return left.at < cells.length || members === '' ? this.#broken() : `{${members}}`
  }

  #broken(): string {
    this.isBroken = true
    return ''
  }

  /** A key and its value, which is taken from `left`; empty for a missing key. */
  #member(column: Column, left: Left, own: string | undefined): string {
    const { name, shape, constant } = column
    const isConstant = isConstantColumn(column)
    const cell = isConstant ? undefined : left.cells[left.at++]
    // The row ends with its object's last key; a key that all objects have is present beyond that.
    if (!isConstant && (cell === undefined || this.#isAbsent(cell))) return ''
    this.#unitsLeft -= name.length + (constant?.length ?? 0) + 4
    if (this.#unitsLeft < 0) return this.#broken()
    const value = cell === undefined ? this.#constant(column, own) : this.#cell(shape, cell)
    return value === undefined ? this.#broken() : `"${name}":${value}`
  }

  /** Most cells are told from it by their first letters, and lists by their kind: no literal is cut out. */
  #isAbsent(cell: number): boolean {
    const { text, tape } = this.#source
    return kindOf(tape, cell) === 'string' && text.startsWith(ABSENT, startOf(tape, cell))
  }

  #constant({ shape, constant }: Column, own: string | undefined): string | undefined {
    if (shape !== undefined) return this.#row(shape, [])
    return constant === SAME_AS_KEY ? own : constant
  }

  #cell(shape: Shape | undefined, node: number): string {
    const { tape } = this.#source
    if (shape === undefined || kindOf(tape, node) !== 'array') return this.value(node)
    if (shape.kind === 'map') return this.#map(shape, node)
    if (shape.kind === 'object') return this.#row(shape, childrenOf(tape, node))
    return this.#rows(node, (item) => {
      return kindOf(tape, item) === 'array' ? this.#row(shape, childrenOf(tape, item)) : this.value(item)
    })
  }

  #map(shape: Shape, node: number): string {
    const { tape } = this.#source
    const members = childrenOf(tape, node).map((row) => {
      const [key, ...cells] = childrenOf(tape, row)
      if (key === undefined || kindOf(tape, key) !== 'string') return this.#broken()
      const own = literalOf(this.#source, key)
      if (kindOf(tape, row) === 'array') return `${own}:${this.#row(shape, cells, own)}`
      return cells.length === 1 ? `${own}:${this.value(cells[0] as number)}` : this.#broken()
    })
    return members.length === 0 ? this.#broken() : `{${members.join(',')}}`
  }

  #rows(node: number, write: (row: number) => string): string {
    const rows = childrenOf(this.#source.tape, node)
    if (rows.length === 0 && literalOf(this.#source, node) !== '[]') return this.#broken()
    return `[${rows.map(write).join(',')}]`
  }
}

/** The table in an object: a head as its only key, and a row. */
function tableAt(tape: JsonTape, node: number): Table | undefined {
  if (kindOf(tape, node) !== 'object') return undefined
  const [key, rows, ...others] = childrenOf(tape, node)
  if (key === undefined || rows === undefined || others.length > 0) return undefined
  const shape = headAt(tape, key, rows, '')
  return shape && { shape, rows }
}

/** The run in a whole text: it has two known keys. */
function runAt(tape: JsonTape): RunTable | undefined {
  if (kindOf(tape, 0) !== 'object') return undefined
  const [key, rows, name = NONE, separator = NONE, ...others] = childrenOf(tape, 0)
  if (key === undefined || rows === undefined || others.length > 0 || !isString(tape, name, 'between')) return undefined
  const between = textOf(tape, separator)
  const isPrefixed = hasStart(tape, key, TEXT_COLUMN)
  const shape = headAt(tape, key, rows, isPrefixed ? TEXT_COLUMN : '')
  return between === undefined || shape?.kind !== 'object' ? undefined : { shape, rows, between, isPrefixed }
}

/** The shape in a key, after `start`. A head has no escapes; a comma or bracket distinguishes it from other keys. */
function headAt(tape: JsonTape, key: number, rows: number, start: string): Shape | undefined {
  const hasRow = childrenOf(tape, rows).some((row) => kindOf(tape, row) === 'array')
  if (kindOf(tape, rows) !== 'array' || !hasRow) return undefined
  const text = textOf(tape, key) as string
  const isPlain = endOf(tape, key) - startOf(tape, key) === text.length + 2
  return isPlain && /[,[{]/.test(text) ? parseHeader(text.slice(start.length)) : undefined
}

function hasStart(tape: JsonTape, key: number, start: string): boolean {
  return textOf(tape, key)?.startsWith(start) === true
}

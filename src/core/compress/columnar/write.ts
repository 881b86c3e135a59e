/** Writes JSON with its lists of objects as tables: `{"keys":["a","b"],"rows":[[1,2],[3,4]]}`. */

import { kindOf, NONE } from '../../json/index.ts'
import { ABSENT, cellsOf, inferShape, type Shape, TABLE_UNITS } from './shape.ts'
import { childrenOf, rewriteChildren, type Source } from './source.ts'

/** @returns undefined when no table is worth while */
export function writeTables(source: Source): string | undefined {
  const writer = new Writer(source)
  const written = writer.value(0)
  return writer.hasTable ? written : undefined
}

class Writer {
  readonly #source: Source
  hasTable = false

  constructor(source: Source) {
    this.#source = source
  }

  value(node: number): string {
    const { tape } = this.#source
    const table = kindOf(tape, node) === 'array' ? this.#table(childrenOf(tape, node)) : undefined
    return table ?? rewriteChildren(this.#source, node, (child) => this.value(child))
  }

  #table(elements: readonly number[]): string | undefined {
    const inferred = inferShape(this.#source, elements)
    if (inferred === undefined || inferred.saved <= TABLE_UNITS) return undefined
    this.hasTable = true
    const rows = elements.map((element) => this.#cell(inferred.shape, element))
    return `{"keys":${shapeText(inferred.shape)},"rows":[${rows.join(',')}]}`
  }

  #cell(shape: Shape | undefined, node: number): string {
    if (shape === undefined) return this.value(node)
    if (!shape.isList) return this.#row(shape, node)
    const { tape } = this.#source
    if (kindOf(tape, node) !== 'array') return this.value(node)
    return `[${childrenOf(tape, node)
      .map((item) => this.#row(shape, item))
      .join(',')}]`
  }

  /** An object's values in the order of the columns; as it is when it does not fit them. */
  #row({ columns }: Shape, node: number): string {
    const cells = cellsOf(
      this.#source,
      columns.map(({ key }) => key),
      node,
    )
    if (cells === undefined) return this.value(node)
    const written = cells.map((cell, i) => (cell === NONE ? ABSENT : this.#cell(columns[i]?.shape, cell)))
    return `[${written.join(',')}]`
  }
}

/** `["a",{"b":["c"]},{"d":[["e"]]}]`: keys, with those of an inner object, and of an inner list's objects. */
function shapeText({ isList, columns }: Shape): string {
  const keys = columns.map(({ key, shape }) => (shape === undefined ? key : `{${key}:${shapeText(shape)}}`))
  return isList ? `[[${keys.join(',')}]]` : `[${keys.join(',')}]`
}

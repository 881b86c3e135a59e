/** Reads a price table that somebody else keeps. Its shape is told from its content. */

import { M2MError } from '../../errors.ts'
import { type Figures, MAX_MODELS, type TableShape } from './figures.ts'
import { isLiteLlmTable, readLiteLlmTable } from './litellm.ts'
import { isObject } from './members.ts'
import { isOpenRouterTable, readOpenRouterTable } from './openrouter.ts'
import type { Row } from './rows.ts'

export interface PriceTable {
  readonly shape: TableShape
  readonly rows: number
  /** By name, as requests have it: in lower case, without provider. */
  readonly prices: ReadonlyMap<string, Figures>
  /** Rows that are wrong, by the name in the table. */
  readonly refused: readonly { readonly name: string; readonly reason: string }[]
  /** Rows that state nothing that is used, by reason: `of hosts that did not make the model`. */
  readonly left: ReadonlyMap<string, number>
}

/**
 * Linear in the text.
 * @throws M2MError PRICE_TABLE_INVALID when the text is no table, or no row of it can be used
 */
export function readPriceTable(text: string): PriceTable {
  const table = parse(text)
  const { shape, rows } = shapeOf(table)
  const read = new Map<string, Figures>()
  const conflicting = new Set<string>()
  const wrong: { name: string; reason: string }[] = []
  const left = new Map<string, number>()
  let count = 0
  for (const row of rows) {
    count++
    if (row.kind === 'left') left.set(row.reason, (left.get(row.reason) ?? 0) + 1)
    else if (row.kind === 'refused') wrong.push({ name: row.name, reason: row.reason })
    else if (contradicts(read.get(row.name), row.figures)) conflicting.add(row.name)
    else read.set(row.name, row.figures)
  }
  for (const name of conflicting) {
    read.delete(name)
    wrong.push({ name, reason: 'two rows have different prices' })
  }
  if (read.size === 0) throw invalid(`none of its ${count} rows has prices of a model that M2M knows`)
  if (read.size > MAX_MODELS) throw invalid(`it has prices of more than ${MAX_MODELS} models`)
  return { shape, rows: count, prices: read, refused: wrong, left }
}

function parse(text: string): object {
  let table: unknown
  try {
    table = JSON.parse(text)
  } catch (cause) {
    const isPage = /^\s*</.test(text.slice(0, 1000))
    throw invalid(isPage ? 'it is a page, not JSON' : 'it is not JSON, or only a part of it', cause)
  }
  if (isObject(table)) return table
  throw invalid(NO_SHAPE)
}

const NO_SHAPE = "it is neither LiteLLM's table (litellm_provider) nor OpenRouter's (data, pricing)"

function shapeOf(table: object): { readonly shape: TableShape; readonly rows: Iterable<Row> } {
  if (isOpenRouterTable(table)) return { shape: 'OpenRouter', rows: readOpenRouterTable(table) }
  if (isLiteLlmTable(table)) return { shape: 'LiteLLM', rows: readLiteLlmTable(table) }
  throw invalid(NO_SHAPE)
}

function contradicts(known: Figures | undefined, figures: Figures): boolean {
  return known !== undefined && JSON.stringify(known) !== JSON.stringify(figures)
}

function invalid(reason: string, cause?: unknown): M2MError {
  return new M2MError(`the price table cannot be used: ${reason}`, { code: 'PRICE_TABLE_INVALID', cause })
}

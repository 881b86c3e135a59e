/** The user's own price table in the form in which it is kept: read once at start, over the built-in cards. */

import { M2MError } from '../../errors.ts'
import { type Figures, isFigures, MAX_MODELS, type TableShape } from './figures.ts'
import { isObject, member } from './members.ts'

export interface PriceOverlay {
  readonly shape: TableShape
  /** Where the table came from: a URL without its query, or a path. */
  readonly source: string
  /** The day on which it was read, `2026-11-30`. */
  readonly read: string
  /** By name, as requests have it: in lower case, without provider; a date stays. */
  readonly prices: ReadonlyMap<string, Figures>
}

const FORMAT = 1

/** @returns JSON with one line for each model */
export function writeOverlay({ shape, source, read, prices }: PriceOverlay): string {
  const head = JSON.stringify({ format: FORMAT, unit: 'USD per million tokens', shape, source, read })
  const models = [...prices].map(([name, figures]) => JSON.stringify({ name, ...figures }))
  return `${head.slice(0, -1)},"models":[\n${models.join(',\n')}\n]}\n`
}

/** @throws M2MError PRICE_TABLE_INVALID when any part of it is not as `writeOverlay` writes it: nothing of it is used */
export function readOverlay(text: string): PriceOverlay {
  const file = parse(text)
  if (member(file, 'format') !== FORMAT) throw damaged('it was not written by `m2m models refresh` of this version')
  const [shape, source, read] = ['shape', 'source', 'read'].map((name) => member(file, name))
  const models = member(file, 'models')
  if (typeof source !== 'string' || !isDay(read) || !Array.isArray(models)) throw damaged('its head is damaged')
  if (models.length > MAX_MODELS) throw damaged(`it has more than ${MAX_MODELS} models`)
  if (shape !== 'LiteLLM' && shape !== 'OpenRouter') throw damaged('its head is damaged')
  return { shape, source, read, prices: new Map(models.map(modelOf)) }
}

function parse(text: string): object {
  try {
    const file: unknown = JSON.parse(text)
    if (isObject(file)) return file
  } catch (cause) {
    throw damaged('it is not JSON, or only a part of it', cause)
  }
  throw damaged('it is no object')
}

function isDay(read: unknown): read is string {
  return typeof read === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(read)
}

function modelOf(row: unknown, index: number): readonly [string, Figures] {
  const { name, ...figures } = Object.fromEntries(isObject(row) ? Object.entries(row) : [])
  if (typeof name === 'string' && isFigures(figures)) return [name, figures]
  throw damaged(`its model ${index + 1} is damaged`)
}

function damaged(reason: string, cause?: unknown): M2MError {
  return new M2MError(`the kept price table cannot be used: ${reason}`, { code: 'PRICE_TABLE_INVALID', cause })
}

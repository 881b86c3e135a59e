/**
 * OpenRouter's table: `{"data": [{"id": "openai/gpt-...", "pricing": {"prompt": "0.000004", ...}}]}`. Source: OpenRouter,
 * `GET /api/v1/models`, schema `PublicPricing`.
 */

import type { PriceName, RawFigures, RawPrices } from './figures.ts'
import { isObject, member } from './members.ts'
import { BY_THE_HOUR, left, type Row, readRow, refused } from './rows.ts'

/**
 * Vendors whose models only they sell, so that OpenRouter asks the maker's own price. For open weights it asks the price
 * of the host that it calls.
 */
const MAKERS: ReadonlyMap<string, string> = new Map([
  ['anthropic', 'anthropic'],
  ['openai', 'openai'],
  ['google', 'google'],
  ['x-ai', 'xai'],
  ['amazon', 'amazon'],
  ['cohere', 'cohere'],
])
const OPEN_WEIGHTS = /^(?:openai\/gpt-oss|google\/(?!gemini))/

const MEMBERS: Readonly<Partial<Record<PriceName, string>>> = {
  input: 'prompt',
  output: 'completion',
  cacheRead: 'input_cache_read',
  cacheWrite: 'input_cache_write',
  cacheWrite1h: 'input_cache_write_1h',
}

export function isOpenRouterTable(table: object): table is { readonly data: readonly unknown[] } {
  const data = member(table, 'data')
  return Array.isArray(data) && data.some((row) => isObject(row) && isObject(member(row, 'pricing')))
}

export function* readOpenRouterTable({ data }: { readonly data: readonly unknown[] }): Generator<Row, void> {
  for (const row of data) {
    const id = isObject(row) ? member(row, 'id') : undefined
    const pricing = isObject(row) ? member(row, 'pricing') : undefined
    if (typeof id !== 'string') yield refused('', 'has no id')
    else yield isObject(pricing) ? rowOf(id, pricing) : refused(id, 'has no pricing')
  }
}

function rowOf(id: string, pricing: object): Row {
  const maker = MAKERS.get(id.slice(0, Math.max(0, id.indexOf('/'))))
  if (maker === undefined || OPEN_WEIGHTS.test(id)) return left('of models that other hosts than the maker may serve')
  if (id.includes(':')) return left('of variants')
  if (Number(member(pricing, 'discount') ?? 0) !== 0) return left('with a discount of OpenRouter')
  const bands = bandsOf(pricing)
  return bands === undefined ? left(BY_THE_HOUR) : readRow({ key: id, maker, figures: { ...pricesOf(pricing), bands } })
}

function pricesOf(pricing: object, base = pricing): RawPrices {
  return Object.fromEntries(
    Object.entries(MEMBERS).map(([name, of]) => [name, member(pricing, of) ?? member(base, of)]),
  )
}

/** What an entry leaves out keeps its price. @returns undefined when something else than the prompt's length decides */
function bandsOf(pricing: object): RawFigures['bands'] | undefined {
  const overrides = member(pricing, 'overrides') ?? []
  if (!Array.isArray(overrides)) return undefined
  const bands = overrides.map((each) => {
    const above = isObject(each) && !Object.hasOwn(each, 'utc_start') ? member(each, 'min_prompt_tokens') : undefined
    return Number.isSafeInteger(above) ? [{ fromTokens: Number(above) + 1, prices: pricesOf(each, pricing) }] : []
  })
  return bands.every((band) => band.length > 0) ? bands.flat() : undefined
}

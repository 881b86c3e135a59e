/**
 * LiteLLM's table: an object with a member for each model and host. Source: `model_prices_and_context_window.json` of
 * LiteLLM, read in version 1.110.2.
 */

import type { PriceName, RawFigures, RawPrices } from './figures.ts'
import { isObject, member } from './members.ts'
import { BY_THE_HOUR, left, OTHER_HOST, type Row, readRow, refused } from './rows.ts'

/** `litellm_provider` of the makers' own APIs. All others are hosts, whose prices differ from the maker's. */
const MAKERS: ReadonlyMap<unknown, string> = new Map([
  ['openai', 'openai'],
  ['text-completion-openai', 'openai'],
  ['anthropic', 'anthropic'],
  ['gemini', 'google'],
  ['mistral', 'mistral'],
  ['codestral', 'mistral'],
  ['deepseek', 'deepseek'],
  ['xai', 'xai'],
  ['zai', 'zhipu'],
  ['moonshot', 'moonshot'],
  ['minimax', 'minimax'],
  ['cohere_chat', 'cohere'],
  ['dashscope', 'alibaba'],
  ['amazon_nova', 'amazon'],
  ['meta_llama', 'meta'],
])

const TEXT_MODES: ReadonlySet<unknown> = new Set(['chat', 'responses', 'completion'])

const MEMBERS: Readonly<Record<PriceName, string>> = {
  input: 'input_cost_per_token',
  output: 'output_cost_per_token',
  cacheRead: 'cache_read_input_token_cost',
  cacheWrite: 'cache_creation_input_token_cost',
  cacheWrite1h: 'cache_creation_input_token_cost_above_1hr',
  cacheWrite12h: 'cache_creation_input_token_cost_above_12hr',
}

/** Behind a member's name: prompts of more than so many thousand tokens. */
const BAND = /_above_(\d{1,5})k_tokens$/

export function isLiteLlmTable(table: object): boolean {
  return Object.values(table).some((row) => isObject(row) && Object.hasOwn(row, 'litellm_provider'))
}

export function* readLiteLlmTable(table: object): Generator<Row, void> {
  for (const [key, row] of Object.entries(table)) yield isObject(row) ? rowOf(key, row) : refused(key, 'is no object')
}

function rowOf(key: string, row: object): Row {
  const maker = MAKERS.get(member(row, 'litellm_provider'))
  if (maker === undefined) return left(OTHER_HOST)
  if (!TEXT_MODES.has(member(row, 'mode'))) return left('of models for other things than text')
  if (member(row, 'off_peak_pricing') !== undefined) return left(BY_THE_HOUR)
  return readRow({ key, maker, figures: { ...pricesOf(row, ''), bands: bandsOf(row) } })
}

function pricesOf(row: object, suffix: string): RawPrices {
  return Object.fromEntries(Object.entries(MEMBERS).map(([name, of]) => [name, member(row, `${of}${suffix}`)]))
}

function bandsOf(row: object): RawFigures['bands'] {
  const thousands = new Set(Object.keys(row).flatMap((name) => BAND.exec(name)?.[1] ?? []))
  return [...thousands].map((digits) => ({
    fromTokens: 1000 * Number(digits) + 1,
    prices: pricesOf(row, `_above_${digits}k_tokens`),
  }))
}

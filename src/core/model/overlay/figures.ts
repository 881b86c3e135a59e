/** The figures of one row of a price table, checked and in USD per million tokens. */

import { isObject, member } from './members.ts'

/** Whose table it is, as its content tells. */
export type TableShape = 'LiteLLM' | 'OpenRouter'

/** Collections know some hundred models of all makers. */
export const MAX_MODELS = 10_000

const WORDS = {
  input: 'input',
  output: 'output',
  cacheRead: 'cache read',
  cacheWrite: 'cache write',
  cacheWrite1h: 'cache write for 1 h',
  cacheWrite12h: 'cache write for 12 h',
} as const

export type PriceName = keyof typeof WORDS

export const PRICE_NAMES = Object.keys(WORDS) as readonly PriceName[]

/** Factors for the tokens of a prompt of so many tokens or more; those of the cache have that of input. */
export interface BandFigures {
  readonly fromTokens: number
  readonly input: number
  readonly output: number
}

/** What a table states of a model, in USD per million tokens; the day and the source are those of the table. */
export interface Figures extends Readonly<Partial<Record<PriceName, number>>> {
  readonly input: number
  readonly output: number
  /** By ascending length. */
  readonly bands?: readonly BandFigures[]
}

/** Members as a table has them, in USD per token: numbers, or text with a number (OpenRouter). */
export type RawPrices = Readonly<Partial<Record<PriceName, unknown>>>

export interface RawFigures extends RawPrices {
  readonly bands: readonly { readonly fromTokens: number; readonly prices: RawPrices }[]
}

/** unpriced: the row is right, but has no price. */
export type Checked =
  | { readonly kind: 'priced'; readonly figures: Figures }
  | { readonly kind: 'unpriced' }
  | { readonly kind: 'wrong'; readonly reason: string }

/** The dearest model on sale takes 0.0006 USD per output token. Above this, a table has its prices in another unit. */
const MAX_USD_PER_TOKEN = 0.01
const TOKENS = 1e6
/** Tables have one or two. */
const MAX_BANDS = 8

/** A row that contradicts itself is refused as a whole: nothing tells which of its figures is right. */
export function checkFigures(raw: RawFigures): Checked {
  const prices = readPrices(raw)
  if (typeof prices === 'string') return wrong(prices)
  const { input, output, ...cache } = prices
  if (input === undefined && output === undefined) return { kind: 'unpriced' }
  if (input === undefined || output === undefined) return wrong('only one of input and output has a price')
  const { cacheRead = input, cacheWrite = input, cacheWrite1h = input, cacheWrite12h = input } = cache
  if (cacheRead > input) return wrong('a cache read costs more than input')
  if (Math.min(cacheWrite, cacheWrite1h, cacheWrite12h) < input) return wrong('a cache write costs less than input')
  const bands = readBands({ input, output, ...cache }, raw.bands)
  if (typeof bands === 'string') return wrong(bands)
  return { kind: 'priced', figures: { input, output, ...cache, ...(bands.length > 0 && { bands }) } }
}

/** Is it what `checkFigures` makes? */
export function isFigures(
  value: Readonly<Record<string, unknown>>,
): value is Readonly<Record<string, unknown>> & Figures {
  const { bands = [], ...prices } = value
  const isPriced = Object.entries(prices).every(([name, price]) => Object.hasOwn(WORDS, name) && isPrice(price))
  return isPriced && 'input' in prices && 'output' in prices && Array.isArray(bands) && bands.every(isBand)
}

function isPrice(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && value <= MAX_USD_PER_TOKEN * TOKENS
}

function isBand(value: unknown): boolean {
  const parts = isObject(value) ? ['fromTokens', 'input', 'output'].map((name) => member(value, name)) : [undefined]
  return parts.every((part) => typeof part === 'number' && part > 0 && Number.isFinite(part))
}

function wrong(reason: string): Checked {
  return { kind: 'wrong', reason }
}

/** @returns the known prices, or the reason to refuse them. A 0 says that no such price is known, not that it is free. */
function readPrices(raw: RawPrices): Partial<Record<PriceName, number>> | string {
  const read = PRICE_NAMES.map((name) => [name, perMillion(raw[name])] as const)
  for (const [name, price] of read) if (typeof price === 'string') return `${WORDS[name]} ${price}`
  return Object.fromEntries(read.filter(([, price]) => price))
}

/** A call has one factor for all its input in a card, so a table that has several is not taken. */
function readBands(base: Figures, raw: RawFigures['bands']): readonly BandFigures[] | string {
  const bands: BandFigures[] = []
  if (raw.length > MAX_BANDS) return `it has prices for more than ${MAX_BANDS} lengths of prompts`
  for (const { fromTokens, prices } of raw.toSorted((a, b) => a.fromTokens - b.fromTokens)) {
    const band = readPrices(prices)
    if (typeof band === 'string') return `for long prompts, ${band}`
    const { output = 1, ...input } = factorsOf(band, base)
    const [first = 1, ...others] = Object.values(input)
    if (others.some((factor) => !isNear(factor, first))) return 'the prices of long prompts have no common factor'
    bands.push({ fromTokens, input: first, output })
  }
  return bands
}

function factorsOf(band: Partial<Figures>, base: Figures): Partial<Record<PriceName, number>> {
  const pairs = PRICE_NAMES.map((name) => [name, (band[name] ?? Number.NaN) / (base[name] ?? Number.NaN)] as const)
  return Object.fromEntries(
    pairs.filter(([, factor]) => factor > 0).map(([name, factor]) => [name, rounded(factor, 5)]),
  )
}

/** Tables round small prices. */
function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= 0.01 * Math.max(a, b)
}

/** @returns USD per million tokens, undefined when the table has no such price, or the reason to refuse it */
function perMillion(value: unknown): number | string | undefined {
  if (value === undefined || value === null) return undefined
  const price = numberOf(value)
  if (!Number.isFinite(price)) return 'is no number'
  if (price < 0) return 'is negative'
  if (price > MAX_USD_PER_TOKEN) return `is over ${MAX_USD_PER_TOKEN} USD a token`
  return rounded(price * TOKENS, 12)
}

/** Without the last digits, which are those of the multiplication. */
function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits))
}

/** OpenRouter writes decimals as text. */
function numberOf(value: unknown): number {
  if (typeof value === 'number') return value
  const isDecimal = typeof value === 'string' && /^-?\d{1,20}(?:\.\d{1,30})?(?:e-?\d{1,3})?$/i.test(value)
  return isDecimal ? Number(value) : Number.NaN
}

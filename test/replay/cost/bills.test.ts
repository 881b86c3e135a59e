/** The cost that we report is the bill of the provider's cache: its tokens, read from a reply in the provider's form. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callCost, ratesOf, tariffOf } from '../../../src/core/billing/index.ts'
import { dialectByName } from '../../../src/core/dialect/index.ts'
import { inForce, resolveModel } from '../../../src/core/model/index.ts'
import type { Bill } from '../../../src/replay/cost/bill.ts'
import {
  createAnthropicCache,
  createBreakpointCache,
  createPrefixCache,
  type ProviderCache,
} from '../../../src/replay/cost/provider-cache.ts'
import type { SimRequest } from '../../../src/replay/cost/sim-request.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { USAGE } from '../../support/provider/usage.ts'
import { request } from './simulated-requests.ts'

const AT = new Date('2026-11-30T02:00:00Z')
const OUTPUT = 100

/** A reply in the form of an API, for a prompt of so many tokens. */
type Reply = (tokens: number, bill: Bill) => object

const anthropic: Reply = (tokens, bill) => ({ usage: USAGE.messages(tokens, OUTPUT, bill) })

const responses: Reply = (tokens, bill) => ({ service_tier: 'default', usage: USAGE.responses(tokens, OUTPUT, bill) })

const chat: Reply = (tokens, { read }) => ({
  usage: { prompt_tokens: tokens, completion_tokens: OUTPUT, prompt_tokens_details: { cached_tokens: read } },
})

const deepseek: Reply = (tokens, { read }) => ({
  usage: {
    prompt_tokens: tokens,
    completion_tokens: OUTPUT,
    prompt_cache_hit_tokens: read,
    prompt_cache_miss_tokens: tokens - read,
  },
})

const moonshot: Reply = (tokens, { read }) => ({
  usage: { prompt_tokens: tokens, completion_tokens: OUTPUT, cached_tokens: read },
})

const explicit = { isExplicit: true }

/** Sessions with the sum that a person gets by the provider's guide, in uncached input tokens. */
const MARKED = [request('s2000* u100*'), request('s2000* u100 a50 v60*'), request('s2000* w100*')]
const MARKED_SUM = 1.25 * 2100 + (0.1 * 2100 + 1.25 * 110) + (0.1 * 2000 + 1.25 * 100)
const FOR_AN_HOUR = [request('s2000+ u100*'), request('s2000+ v100*', { atMs: 3_600_000 })]
const BREAKPOINTS = [
  request('a1500* b10 c10* d10 e10*', explicit),
  request('a1500* b10 c10* x100', explicit),
  request('a1500* y10.'),
]
const FOR_TWELVE_HOURS = [request('s2000+. u100.'), request('s2000+. v100.', { atMs: 43_200_000 })]
const UNMARKED = [request('s3000 u100'), request('s3000 u100 a50 v60'), request('s3000 w10')]

/** Read in units, at a factor; the rest at full price. */
const unmarkedSum = (unit: number, factor: number): number =>
  [0, 3100, 3000].reduce((sum, common, index) => {
    const read = Math.floor(common / unit) * unit
    return sum + (UNMARKED[index]?.tokens ?? 0) - read + factor * read
  }, 0)

interface Case {
  readonly model: string
  readonly dialect: Parameters<typeof dialectByName>[0]
  readonly reply: Reply
  readonly requests: readonly SimRequest[]
  readonly sum: number
  /** Of a cache that nobody marks. */
  readonly unit?: number
}

const CASES: readonly Case[] = [
  { ...of('claude-sonnet-5', 'anthropic-messages', anthropic), requests: MARKED, sum: MARKED_SUM },
  {
    ...of('claude-opus-5-5', 'anthropic-messages', anthropic),
    requests: FOR_AN_HOUR,
    sum: 2 * 2000 + 1.25 * 100 + (0.05 * 2000 + 1.25 * 100),
  },
  {
    ...of('gpt-5.6', 'openai-responses', responses),
    requests: BREAKPOINTS,
    sum: 1.25 * 1540 + (0.1 * 1520 + 100) + (0.1 * 1500 + 1.25 * 10),
  },
  {
    ...of('gpt-6.1-sol', 'openai-responses', responses),
    requests: FOR_TWELVE_HOURS,
    sum: 2.5 * 2000 + 1.25 * 100 + (0.05 * 2000 + 1.25 * 100),
  },
  { ...of('gpt-5', 'openai-chat', chat), requests: UNMARKED, sum: unmarkedSum(128, 0.1), unit: 128 },
  { ...of('gpt-4o', 'openai-chat', chat), requests: UNMARKED, sum: unmarkedSum(128, 0.5), unit: 128 },
  { ...of('deepseek-v4-pro', 'openai-chat', deepseek), requests: UNMARKED, sum: unmarkedSum(64, 0.0333), unit: 64 },
  { ...of('deepseek-flash', 'openai-chat', deepseek), requests: UNMARKED, sum: unmarkedSum(64, 0.02), unit: 64 },
  { ...of('kimi-k3', 'openai-chat', moonshot), requests: UNMARKED, sum: unmarkedSum(256, 0.1), unit: 256 },
  { ...of('grok-4.7', 'openai-chat', chat), requests: UNMARKED, sum: unmarkedSum(1, 0.25), unit: 1 },
  { ...of('mistral-large-4', 'openai-chat', chat), requests: UNMARKED, sum: unmarkedSum(1, 0.1), unit: 1 },
  { ...of('gemini-2.5-pro', 'openai-chat', chat), requests: UNMARKED, sum: unmarkedSum(1, 0.1), unit: 1 },
  { ...of('minimax-m3', 'openai-chat', chat), requests: UNMARKED, sum: unmarkedSum(1, 0.2), unit: 1 },
]

function of(model: string, dialect: Case['dialect'], reply: Reply): Pick<Case, 'model' | 'dialect' | 'reply'> {
  return { model, dialect, reply }
}

function cacheOf({ model, unit = 1 }: Pick<Case, 'model' | 'unit'>): ProviderCache {
  const rules = inForce(resolveModel(model)!.cache, AT)!
  if (rules.kind === 'anthropic') return createAnthropicCache(rules)
  return rules.kind === 'openai-breakpoint' ? createBreakpointCache(rules) : createPrefixCache(rules, unit)
}

/** What the cache bills and what we report for the same requests, in USD. */
function billsOf(
  each: Pick<Case, 'model' | 'dialect' | 'reply' | 'requests' | 'unit'>,
): Record<'billed' | 'reported' | 'sum', number> {
  const { model } = each
  const { provider, prices } = resolveModel(model)!
  const { input, output } = inForce(prices, AT)!
  const cache = cacheOf(each)
  let sum = 0
  let reported = 0
  for (const sent of each.requests) {
    const bill = cache.take(sent)
    sum += bill.cost
    const reply = dialectByName(each.dialect).reply({ model, ...each.reply(sent.tokens, bill) })
    const tariff = tariffOf({ server: { name: provider }, models: [reply.model], terms: [reply], at: AT })!
    reported += callCost(reply.usage, ratesOf(tariff, reply.usage!))!
  }
  return { billed: (sum * input + each.requests.length * OUTPUT * output) / 1e6, reported, sum }
}

describe('a session costs what the provider’s cache bills', () => {
  test.each(CASES.map((each) => [each.model, each] as const))('PC-34: %s', (_model, each) => {
    const { billed, reported, sum } = billsOf(each)
    expect(sum).toBeCloseTo(each.sum, 6)
    expect(Math.abs(reported / billed - 1)).toBeLessThan(0.0001)
  })

  const block = fc.tuple(fc.constantFrom('a', 'b', 'call', 'result'), fc.integer({ min: 1, max: 900 }))
  const sessions = fc.array(
    fc.record({ blocks: fc.array(block, { minLength: 1, maxLength: 40 }), marked: fc.nat(40), gap: fc.nat(4000) }),
    { minLength: 1, maxLength: 12 },
  )
  test.each(CASES.map((each) => [each.model, each] as const))('whatever is sent: %s', (_model, each) => {
    assertProperty(
      fc.property(sessions, (turns) => {
        let atMs = 0
        const requests = turns.map(({ blocks, marked, gap }) => {
          atMs += 1000 * gap
          const mark = (index: number): string => (index === marked ? '*' : index === marked % 3 ? '+' : '')
          const text = blocks.map(([name, tokens], index) => `${name}${tokens}${mark(index)}.`).join(' ')
          return request(text, { atMs, isExplicit: marked % 2 === 0 })
        })
        const { billed, reported } = billsOf({ ...each, requests })
        expect(Math.abs(reported / billed - 1)).toBeLessThan(0.0001)
      }),
      { numRuns: 50 },
    )
  })
})

/** The worth of saved tokens, by the cache split that the provider billed. */

import { expect } from 'vitest'
import type { StatisticsSnapshot } from '../../../sidecar/telemetry/statistics/statistics.ts'
import { CHAT_PATH, wordyBody } from '../../support/chat-call.ts'
import { test as wireTest } from '../../support/wire.ts'

/** One call of a compressible body, billed as given; the statistics after it. */
const test = wireTest.extend(
  'statsAfter',
  ({ edge, upstream }) =>
    async (usage: object, model = 'gpt-4o', members = {}, asked = {}): Promise<StatisticsSnapshot> => {
      upstream.replyWith((res) => {
        const reply = { id: 'c', model, choices: [], usage, ...members }
        res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
      })
      await (await edge.post(CHAT_PATH, wordyBody({ model, ...asked }))).text()
      await expect.poll(async () => (await edge.stats()).requests_total).toBe(1)
      return edge.stats()
    },
)

test('tokens of a request without cached ones count in full, at the list price', async ({ statsAfter }) => {
  const usage = { prompt_tokens: 400, prompt_tokens_details: { cached_tokens: 0 } }
  const { tokens_saved, tokens_saved_weighted, cost_saved_usd } = await statsAfter(usage)
  expect(tokens_saved).toBeGreaterThan(100)
  expect(tokens_saved_weighted).toBe(tokens_saved)
  expect(cost_saved_usd).toBeCloseTo((tokens_saved * 2.5) / 1e6, 6)
})

test('tokens of a request that was cached as a whole count at the cached price', async ({ statsAfter }) => {
  const usage = { prompt_tokens: 400, prompt_tokens_details: { cached_tokens: 400 } }
  const { tokens_saved, tokens_saved_weighted, cost_saved_usd } = await statsAfter(usage)
  expect(Math.abs(tokens_saved_weighted! - tokens_saved / 2)).toBeLessThanOrEqual(1)
  expect(cost_saved_usd).toBeCloseTo((tokens_saved * 1.25) / 1e6, 6)
})

test.for([
  ['the provider reports no usage', {}, 'gpt-4o'],
  ['the provider reports no cache split', { prompt_tokens: 400 }, 'gpt-4o'],
  ['the price is not known', { prompt_tokens: 400, prompt_tokens_details: { cached_tokens: 100 } }, 'llama3.3'],
] as const)('the worth is unknown, not 0, when %s', async ([, usage, model], { statsAfter }) => {
  const figures = await statsAfter(usage, model)
  expect(figures.tokens_saved).toBeGreaterThan(100)
  expect(figures).toMatchObject({ tokens_saved_weighted: null, cost_saved_usd: null })
})

const CACHED = { prompt_tokens: 400, completion_tokens: 10, prompt_tokens_details: { cached_tokens: 400 } }

test('PC-36: tokens of another tier are worth what the reply says that they cost', async ({ statsAfter }) => {
  const { tokens_saved, cost_saved_usd } = await statsAfter(CACHED, 'gpt-4o', { service_tier: 'priority' })
  expect(cost_saved_usd).toBeCloseTo((tokens_saved * 1.25 * 1.7) / 1e6, 6)
})

test.for([
  ['the tier that was used, where the reply names it', { service_tier: 'default' }, 1],
  ['the tier that was asked for, where it names none', {}, 1.7],
] as const)('PC-36: a call has the price of %s', async ([, reply, factor], { statsAfter }) => {
  const asked = { service_tier: 'priority' }
  const { tokens_saved, cost_saved_usd } = await statsAfter(CACHED, 'gpt-4o', reply, asked)
  expect(cost_saved_usd).toBeCloseTo((tokens_saved * 1.25 * factor) / 1e6, 6)
})

test('PC-36: a novel tier gives tokens and no money, and is counted', async ({ statsAfter, edge }) => {
  const figures = await statsAfter(CACHED, 'gpt-4o', { service_tier: 'novel' })
  expect(figures.tokens_saved_weighted).toBeGreaterThan(0)
  expect(figures.cost_saved_usd).toBeNull()
  const line = (await edge.metrics()).split('\n').find((each) => each.startsWith('m2m_cost_unknown_total{'))
  expect(line).toMatch(/term="tier".* 1$/)
})

test('PC-36: a request that a rewrite moves under a band saves the difference of both prices', async ({
  statsAfter,
}) => {
  const prompt_tokens_details = { cached_tokens: 0, cache_write_tokens: 0 }
  const usage = { prompt_tokens: 271_990, completion_tokens: 1000, prompt_tokens_details }
  const { tokens_saved, cost_saved_usd } = await statsAfter(usage, 'gpt-5.6')
  const long = (271_990 + tokens_saved) * 8 + 1000 * 30
  const short = 271_990 * 4 + 1000 * 20
  expect(cost_saved_usd).toBeCloseTo((long - short) / 1e6, 6)
})

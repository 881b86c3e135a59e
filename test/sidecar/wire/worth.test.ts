/** The worth of saved tokens, by the cache split that the provider billed. */

import { expect } from 'vitest'
import type { StatisticsSnapshot } from '../../../sidecar/telemetry/statistics/statistics.ts'
import { CHAT_PATH, wordyBody } from '../../support/chat-call.ts'
import { test as wireTest } from '../../support/wire.ts'

/** One call of a compressible body, billed as given; the statistics after it. */
const test = wireTest.extend(
  'statsAfter',
  ({ edge, upstream }) =>
    async (usage: object, model = 'gpt-4o'): Promise<StatisticsSnapshot> => {
      upstream.replyWith((res) => {
        const reply = { id: 'c', model, choices: [], usage }
        res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
      })
      await (await edge.post(CHAT_PATH, wordyBody({ model }))).text()
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

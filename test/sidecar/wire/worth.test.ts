/** What saved tokens are worth, by the cache split that the provider billed. */

import { expect, test } from 'vitest'
import { closeAfterEach } from '../../support/close-after-each.ts'
import { type Edge, startEdge, startUpstream, type Upstream, wordyBody } from '../../support/edge.ts'

let edge: Edge
let upstream: Upstream
closeAfterEach(() => [edge, upstream])

interface Figures {
  readonly requests_total: number
  readonly tokens_saved: number
  readonly tokens_saved_weighted: number | null
  readonly cost_saved_usd: number | null
}

/** One call of a compressible body to gpt-4o, billed as told; `/stats` after it. */
async function figuresAfter(usage: object, model = 'gpt-4o'): Promise<Figures> {
  upstream = await startUpstream((res) => {
    res
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ id: 'c', model, choices: [], usage }))
  })
  edge = await startEdge(upstream.url)
  await (await fetch(`${edge.url}/v1/chat/completions`, { method: 'POST', body: wordyBody({ model }) })).text()
  await expect.poll(async () => (await stats()).requests_total).toBe(1)
  return stats()
}

async function stats(): Promise<Figures> {
  return (await (await fetch(`${edge.adminUrl}/stats`)).json()) as Figures
}

test('in full where nothing was cached, in dollars at the list price', async () => {
  const usage = { prompt_tokens: 400, prompt_tokens_details: { cached_tokens: 0 } }
  const { tokens_saved, tokens_saved_weighted, cost_saved_usd } = await figuresAfter(usage)
  expect(tokens_saved).toBeGreaterThan(100)
  expect(tokens_saved_weighted).toBe(tokens_saved)
  expect(cost_saved_usd).toBeCloseTo((tokens_saved * 2.5) / 1e6, 6)
})

test('at the cached price where all of the request was cached', async () => {
  const usage = { prompt_tokens: 400, prompt_tokens_details: { cached_tokens: 400 } }
  const { tokens_saved, tokens_saved_weighted, cost_saved_usd } = await figuresAfter(usage)
  expect(Math.abs(tokens_saved_weighted! - tokens_saved / 2)).toBeLessThanOrEqual(1)
  expect(cost_saved_usd).toBeCloseTo((tokens_saved * 1.25) / 1e6, 6)
})

test.for([
  ['the provider tells no usage', {}, 'gpt-4o'],
  ['the provider tells no cache split', { prompt_tokens: 400 }, 'gpt-4o'],
  ['the price is not known', { prompt_tokens: 400, prompt_tokens_details: { cached_tokens: 100 } }, 'llama3.3'],
] as const)('as unknown, not as 0, when %s', async ([, usage, model]) => {
  const figures = await figuresAfter(usage, model)
  expect(figures.tokens_saved).toBeGreaterThan(100)
  expect(figures).toMatchObject({ tokens_saved_weighted: null, cost_saved_usd: null })
})

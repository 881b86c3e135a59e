/** Prices from the table that `m2m models refresh` keeps, as `/stats` reports them. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import type { StatisticsSnapshot } from '../../../sidecar/telemetry/statistics/statistics.ts'
import { writeOverlay } from '../../../src/core/model/index.ts'
import { CHAT_PATH, wordyBody } from '../../support/chat-call.ts'
import { test as wireTest } from '../../support/wire.ts'

const folder = mkdtempSync(join(tmpdir(), 'm2m-prices-'))
afterAll(() => rmSync(folder, { recursive: true }))

const MODEL = 'gpt-9'
const TABLE = writeOverlay({
  shape: 'LiteLLM',
  source: 'https://example.com/prices.json',
  read: '2099-01-02',
  prices: new Map([[MODEL, { input: 4, output: 20, cacheRead: 1 }]]),
})

interface Saved {
  readonly figures: StatisticsSnapshot
  /** The log. */
  readonly lines: readonly Readonly<Record<string, unknown>>[]
}

/** One billed call of a model that no built-in card prices, through a sidecar with the table of this content. */
const test = wireTest.extend('save', ({ startEdge, upstream }) => async (table: string | undefined): Promise<Saved> => {
  const models = join(folder, 'models.json')
  rmSync(models, { force: true })
  if (table !== undefined) writeFileSync(models, table)
  const edge = await startEdge(upstream.url, { models })
  const usage = { prompt_tokens: 400, completion_tokens: 10, prompt_tokens_details: { cached_tokens: 400 } }
  upstream.replyWith((res) => {
    const reply = { id: 'c', model: MODEL, choices: [], usage }
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
  })
  await (await edge.post(CHAT_PATH, wordyBody({ model: MODEL }))).text()
  await expect.poll(async () => (await edge.stats()).requests_total).toBe(1)
  return { figures: await edge.stats(), lines: edge.lines }
})

test('tokens of a model that only the table prices have a worth; the start tells the table', async ({ save }) => {
  const { figures, lines } = await save(TABLE)
  // The whole request was cached, so a token that was saved is worth what reading it would have cost.
  expect(figures.tokens_saved).toBeGreaterThan(100)
  expect(figures.cost_saved_usd).toBeCloseTo(figures.tokens_saved / 1e6, 5)
  expect(lines).toContainEqual(
    expect.objectContaining({
      msg: 'prices from a table of the user',
      source: 'https://example.com/prices.json',
      read: '2099-01-02',
      models: 1,
    }),
  )
})

test.for([
  ['is not there', undefined, 1],
  ['is cut', TABLE.slice(0, -10), 1],
  ['is empty', '', 1],
] as const)('without a price the call is served when the table %s', async ([, table, warnings], { save }) => {
  const { figures, lines } = await save(table)
  expect(figures.tokens_saved).toBeGreaterThan(100)
  expect(figures.cost_saved_usd).toBeNull()
  const warned = lines.filter(({ msg }) => msg === 'the price table cannot be used; the built-in prices hold')
  expect(warned).toHaveLength(warnings)
})

/** A policy's modes: their effect on a call, and the reports to the caller and in the statistics. */

import { expect } from 'vitest'
import { CHAT_PATH, wordyBody } from '../../support/chat-call.ts'
import { NOWHERE, test as wireTest } from '../../support/wire.ts'

interface Result {
  readonly outcome: string | null
  readonly saved: number
  readonly isChanged: boolean
}

const test = wireTest.extend('startWith', ({ startEdge, upstream }) => async (spec: object) => {
  const edge = await startEdge(upstream.url, { spec })
  /** One compressible call. */
  const call = async (headers: Record<string, string> = {}): Promise<Result> => {
    const reply = await edge.post(CHAT_PATH, wordyBody(), headers)
    await reply.text()
    return {
      outcome: reply.headers.get('x-m2m-outcome'),
      saved: Number(reply.headers.get('x-m2m-tokens-saved')),
      isChanged: upstream.seen.at(-1)?.body.toString() !== wordyBody(),
    }
  }
  return { edge, call }
})

test('Enforce compresses, and reports it', async ({ startWith }) => {
  const { edge, call } = await startWith({})
  const { outcome, saved, isChanged } = await call()
  expect([outcome, isChanged]).toEqual(['compressed', true])
  expect(saved).toBeGreaterThan(100)
  expect(await edge.stats()).toMatchObject({ requests_total: 1, tokens_saved: saved, errors_total: 0 })
})

test.for([
  ['Audit', 'audit'],
  ['Disabled', 'passthrough'],
] as const)('%s sends the bytes unchanged', async ([mode, outcome], { startWith }) => {
  const { edge, call } = await startWith({ compression: { mode } })
  expect(await call()).toEqual({ outcome, saved: 0, isChanged: false })
  expect(await edge.stats()).toMatchObject({ tokens_saved: 0 })
})

test('a provider that cannot be reached is paid nothing, so nothing is saved anywhere', async ({ startEdge }) => {
  const edge = await startEdge(NOWHERE)
  const reply = await edge.post(CHAT_PATH, wordyBody())
  expect([reply.status, reply.headers.get('x-m2m-tokens-saved')]).toEqual([502, '0'])
  await expect.poll(edge.calls).toHaveLength(1)
  expect(edge.calls()[0]).not.toHaveProperty('tokens_saved')
  expect(await edge.stats()).toMatchObject({ requests_total: 1, tokens_saved: 0, errors_total: 1 })
  expect((await edge.metrics()).split('\n').filter((line) => /^m2m_tokens_saved\w*\{.* [^0]/.test(line))).toEqual([])
})

test('a share of the sessions is held out, always the same ones', async ({ startWith }) => {
  const { call } = await startWith({ compression: { holdoutPercent: 50 } })
  const outcomes: (string | null)[] = []
  for (let session = 0; session < 24; session++) {
    const headers = { 'x-m2m-session': `s${session}` }
    const first = await call(headers)
    expect(await call(headers)).toEqual(first)
    expect(first.isChanged).toBe(first.outcome === 'compressed')
    outcomes.push(first.outcome)
  }
  expect(new Set(outcomes)).toEqual(new Set(['compressed', 'holdout']))
})

test('results of excluded tools pass unchanged', async ({ startWith }) => {
  const { call } = await startWith({ compression: { excludeTools: ['li*'] } })
  expect(await call()).toMatchObject({ isChanged: false })
})

test('metrics that the policy switches off are not served', async ({ startWith }) => {
  const { edge } = await startWith({ telemetry: { metrics: false } })
  expect((await fetch(`${edge.adminUrl}/metrics`)).status).toBe(404)
  expect((await fetch(`${edge.adminUrl}/readyz`)).status).toBe(200)
})

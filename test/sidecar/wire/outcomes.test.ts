/** What a policy's modes do to a call, and what the caller and the statistics are told of it. */

import { expect, test } from 'vitest'
import { closeAfterEach } from '../../support/close-after-each.ts'
import { type Edge, startEdge, startUpstream, type Upstream, wordyBody } from '../../support/edge.ts'

const PATH = '/v1/chat/completions'

let edge: Edge
let upstream: Upstream
closeAfterEach(() => [edge, upstream])

async function open(spec: object): Promise<void> {
  upstream = await startUpstream((res) => res.end('{}'))
  edge = await startEdge(upstream.url, { spec })
}

async function call(
  headers: Record<string, string> = {},
): Promise<{ outcome: string | null; saved: number; isChanged: boolean }> {
  const reply = await fetch(edge.url + PATH, { method: 'POST', body: wordyBody(), headers })
  await reply.text()
  return {
    outcome: reply.headers.get('x-m2m-outcome'),
    saved: Number(reply.headers.get('x-m2m-tokens-saved')),
    isChanged: upstream.seen.at(-1)?.body.toString() !== wordyBody(),
  }
}

async function stats(): Promise<Record<string, unknown>> {
  return (await (await fetch(`${edge.url}/stats`)).json()) as Record<string, unknown>
}

test('Enforce: compressed, and said so', async () => {
  await open({})
  const { outcome, saved, isChanged } = await call()
  expect([outcome, isChanged]).toEqual(['compressed', true])
  expect(saved).toBeGreaterThan(100)
  expect(await stats()).toMatchObject({ requests_total: 1, tokens_saved: saved, errors_total: 0 })
})

test.for([
  ['Audit', 'audit'],
  ['Disabled', 'passthrough'],
] as const)('%s: the bytes go out as they came', async ([mode, outcome]) => {
  await open({ compression: { mode } })
  expect(await call()).toEqual({ outcome, saved: 0, isChanged: false })
  expect(await stats()).toMatchObject({ tokens_saved: 0 })
})

test('a share of the sessions is held out, always the same ones', async () => {
  await open({ compression: { holdoutPercent: 50 } })
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

test('results of excluded tools pass as they are', async () => {
  await open({ compression: { excludeTools: ['li*'] } })
  expect(await call()).toMatchObject({ isChanged: false })
})

test('metrics that the policy switches off are not served', async () => {
  await open({ telemetry: { metrics: false } })
  expect((await fetch(`${edge.adminUrl}/metrics`)).status).toBe(404)
  expect((await fetch(`${edge.adminUrl}/readyz`)).status).toBe(200)
})

/** Treated, held-out and audited sessions through a real sidecar: the bytes on the wire, and the figures of each group. */

import { expect } from 'vitest'
import { CHAT_PATH } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import type { Upstream } from '../../support/upstream.ts'
import { test as wireTest } from '../../support/wire.ts'

const REPLY = {
  model: 'gpt-4o',
  choices: [{ index: 0, finish_reason: 'tool_calls', message: { role: 'assistant', content: null } }],
  usage: { prompt_tokens: 1000, completion_tokens: 10 },
}

/** Sidecars with these compression settings. */
const test = wireTest.extend('startWith', ({ startEdge, upstream }) => {
  upstream.replyWith((res) => res.end(JSON.stringify(REPLY)))
  return (compression: object) => startEdge(upstream.url, { spec: { compression } })
})

/** The requests of one session as an agent sends them: on each turn the whole history, and one result more. */
function session(turns: number): string[] {
  const messages: object[] = [{ role: 'user', content: 'List the items.' }]
  return Array.from({ length: turns }, (_, turn) => {
    const id = `call-${turn}`
    const rows = Array.from({ length: 20 }, (_, row) => ({ id: row + 100 * turn, name: `item ${row}`, price: 1.5 }))
    const content = turn === 1 ? 'Error: no such list' : JSON.stringify(rows, null, 2)
    messages.push(
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id, type: 'function', function: { name: 'list', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: id, content },
    )
    return JSON.stringify({ model: 'gpt-4o', messages }, null, 1)
  })
}

/** @returns the outcome of each call */
async function run(edge: Edge, name: string, bodies: readonly string[]): Promise<string[]> {
  const outcomes: string[] = []
  for (const body of bodies) {
    const reply = await edge.post(CHAT_PATH, body, { 'x-m2m-session': name })
    await reply.text()
    outcomes.push(reply.headers.get('x-m2m-outcome') ?? '')
  }
  return outcomes
}

function received({ seen }: Upstream): string[] {
  return seen.map(({ body }) => body.toString())
}

test('Audit reports its possible savings, and every byte arrives as it was sent', async ({ startWith, upstream }) => {
  const edge = await startWith({ mode: 'Audit' })
  const bodies = session(4)
  expect(new Set(await run(edge, 'a', bodies))).toEqual(new Set(['audit']))
  expect(received(upstream)).toEqual(bodies)
  const { groups, tokens_audited, tokens_saved } = await edge.stats()
  expect(tokens_audited).toBeGreaterThan(100)
  expect(tokens_saved).toBe(0)
  expect(Object.keys(groups)).toEqual(['audit'])
  expect(groups.audit).toMatchObject({ sessions: 1, calls: 4, tool_errors: 1, turns_per_session: 4 })
  expect(groups.audit?.tokens_sent).toBe(groups.audit?.tokens_original)
})

test('Audit changes no byte for a cache either, in any profile', async ({ startWith, upstream }) => {
  const edge = await startWith({ mode: 'Audit', profile: 'Balanced' })
  const system = 'Be brief. '.repeat(3000)
  const body = (model: string): string =>
    JSON.stringify({
      model,
      max_tokens: 10,
      system,
      messages: [
        { role: 'user', content: 'u1' },
        { role: 'assistant', content: 'a1' },
        { role: 'user', content: 'u2' },
      ],
    })
  for (const _turn of [1, 2]) {
    await (await edge.post('/v1/messages', body('claude-sonnet-4-5'))).text()
    await (await edge.post(CHAT_PATH, body('gpt-5.6'))).text()
  }
  expect(new Set(received(upstream))).toEqual(new Set([body('claude-sonnet-4-5'), body('gpt-5.6')]))
})

test('a held-out session arrives byte for byte as it was sent, and is compared with the others', async ({
  startWith,
  upstream,
}) => {
  const edge = await startWith({ holdoutPercent: 50 })
  const bodies = session(3)
  const outcomes = new Map<string, string>()
  for (const name of Array.from({ length: 12 }, (_, i) => `s${i}`)) {
    upstream.seen.length = 0
    const [outcome, ...others] = new Set(await run(edge, name, bodies))
    expect(others).toEqual([])
    outcomes.set(name, outcome ?? '')
    if (outcome === 'holdout') expect(received(upstream)).toEqual(bodies)
    else expect(received(upstream).every((body, i) => body.length < (bodies[i]?.length ?? 0))).toBe(true)
  }
  const held = [...outcomes.values()].filter((outcome) => outcome === 'holdout').length
  const { groups, groups_note } = await edge.stats()
  expect(groups.holdout).toMatchObject({
    sessions: held,
    live_sessions: held,
    calls: 3 * held,
    turns_per_session: 3,
    tool_errors: held,
    tool_errors_per_session: 1,
    finish_reasons: { tool_calls: 3 * held },
  })
  expect(groups.treated).toMatchObject({ sessions: 12 - held, calls: 3 * (12 - held), tool_errors_per_session: 1 })
  expect(groups.treated!.tokens_sent).toBeLessThan(groups.treated!.tokens_original)
  expect(groups.holdout!.tokens_sent).toBe(groups.holdout!.tokens_original)
  expect(groups_note).toMatch(/too few to compare/)

  const metrics = await edge.metrics()
  expect(metrics).toContain(`m2m_session_tool_errors_total{group="holdout"} ${held}`)
  expect(metrics).toContain(`m2m_session_tool_errors_total{group="treated"} ${12 - held}`)
  expect(metrics).toMatch(/m2m_tokens_original_total\{[^}]*group="holdout"/)
})

test('calls that compression skips are in no group', async ({ startWith }) => {
  const edge = await startWith({ mode: 'Disabled' })
  await run(edge, 'a', session(2))
  expect((await edge.stats()).groups).toEqual({})
  const metrics = await edge.metrics()
  expect(metrics).toMatch(/m2m_tokens_original_total\{[^}]*accuracy=/)
  expect(metrics).not.toContain('group="')
})

/** Treated, held-out and audited sessions through a real sidecar: what goes over the wire, and what is told of each. */

import { expect, test } from 'vitest'
import type { GroupsReport } from '../../../sidecar/telemetry/groups/sessions.ts'
import { closeAfterEach } from '../../support/close-after-each.ts'
import { type Edge, startEdge, startUpstream, type Upstream } from '../../support/edge.ts'

const PATH = '/v1/chat/completions'
const REPLY = {
  model: 'gpt-4o',
  choices: [{ index: 0, finish_reason: 'tool_calls', message: { role: 'assistant', content: null } }],
  usage: { prompt_tokens: 1000, completion_tokens: 10 },
}

let edge: Edge
let upstream: Upstream
closeAfterEach(() => [edge, upstream])

async function open(compression: object): Promise<void> {
  upstream = await startUpstream((res) => res.end(JSON.stringify(REPLY)))
  edge = await startEdge(upstream.url, { spec: { compression } })
}

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

async function run(name: string, bodies: readonly string[]): Promise<string[]> {
  const outcomes: string[] = []
  for (const body of bodies) {
    const reply = await fetch(edge.url + PATH, { method: 'POST', body, headers: { 'x-m2m-session': name } })
    await reply.text()
    outcomes.push(reply.headers.get('x-m2m-outcome') ?? '')
  }
  return outcomes
}

async function stats(): Promise<GroupsReport & { tokens_audited: number; tokens_saved: number }> {
  const reply = await fetch(`${edge.url}/stats`)
  return (await reply.json()) as GroupsReport & { tokens_audited: number; tokens_saved: number }
}

const received = (): string[] => upstream.seen.map(({ body }) => body.toString())

test('Audit reports what it would save, and every byte arrives as it was sent', async () => {
  await open({ mode: 'Audit' })
  const bodies = session(4)
  expect(new Set(await run('a', bodies))).toEqual(new Set(['audit']))
  expect(received()).toEqual(bodies)
  const { groups, tokens_audited, tokens_saved } = await stats()
  expect(tokens_audited).toBeGreaterThan(100)
  expect(tokens_saved).toBe(0)
  expect(Object.keys(groups)).toEqual(['audit'])
  expect(groups.audit).toMatchObject({ sessions: 1, calls: 4, tool_errors: 1, turns_per_session: 4 })
  expect(groups.audit?.tokens_sent).toBe(groups.audit?.tokens_original)
})

test('Audit changes no byte for a cache either, in any profile', async () => {
  await open({ mode: 'Audit', profile: 'Balanced' })
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
    await (await fetch(`${edge.url}/v1/messages`, { method: 'POST', body: body('claude-sonnet-4-5') })).text()
    await (await fetch(edge.url + PATH, { method: 'POST', body: body('gpt-5.6') })).text()
  }
  expect(new Set(received())).toEqual(new Set([body('claude-sonnet-4-5'), body('gpt-5.6')]))
})

test('a held-out session arrives byte for byte as it was sent, and is compared with the others', async () => {
  await open({ holdoutPercent: 50 })
  const bodies = session(3)
  const outcomes = new Map<string, string>()
  for (const name of Array.from({ length: 12 }, (_, i) => `s${i}`)) {
    upstream.seen.length = 0
    const [outcome, ...others] = new Set(await run(name, bodies))
    expect(others).toEqual([])
    outcomes.set(name, outcome ?? '')
    if (outcome === 'holdout') expect(received()).toEqual(bodies)
    else expect(received().every((body, i) => body.length < (bodies[i]?.length ?? 0))).toBe(true)
  }
  const held = [...outcomes.values()].filter((outcome) => outcome === 'holdout').length
  const { groups, groups_note } = await stats()
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

  const metrics = await (await fetch(`${edge.adminUrl}/metrics`)).text()
  expect(metrics).toContain(`m2m_session_tool_errors_total{group="holdout"} ${held}`)
  expect(metrics).toContain(`m2m_session_tool_errors_total{group="treated"} ${12 - held}`)
  expect(metrics).toMatch(/m2m_tokens_original_total\{[^}]*group="holdout"/)
})

test('calls that compression passes by are in no group', async () => {
  await open({ mode: 'Disabled' })
  await run('a', session(2))
  expect((await stats()).groups).toEqual({})
  const metrics = await (await fetch(`${edge.adminUrl}/metrics`)).text()
  expect(metrics).toMatch(/m2m_tokens_original_total\{[^}]*accuracy=/)
  expect(metrics).not.toContain('group="')
})

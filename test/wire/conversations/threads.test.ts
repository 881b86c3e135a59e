/** Message threads: the provider holds the conversation, and a client replays it when it is lost (PC section 6.2). */

import { hash } from 'node:crypto'
import { describe, expect } from 'vitest'
import { refusalOf } from '../../support/provider/agents/anthropic-agent.ts'
import { formsAt, lastResults, statuses, takeTurn, test } from '../../support/provider/conversation.ts'
import { fieldsOf } from '../../support/provider/server.ts'
import { spacedOrders } from '../../support/tool-results.ts'

const TURNS = 6
const BALANCED = { compression: { profile: 'Balanced' }, cache: { mode: 'Auto' } }
const BETA = { 'anthropic-beta': 'message-threads-2026-08-12' }
const LONG = 'You look after orders. '.repeat(400)

/** Whether each call created its thread or continued it. */
function kinds({ calls }: { calls: readonly { json: Readonly<Record<string, unknown>> }[] }): unknown[] {
  return calls.map(({ json }) => fieldsOf(json['thread'])['type'])
}

describe('a thread of six turns', () => {
  test.for(['Safe', 'Balanced'])(
    'PC-21: new results are rewritten, and no call is refused (%s)',
    async (profile, { withThread }) => {
      const conversation = await withThread({ spec: { compression: { profile }, cache: { mode: 'Auto' } } })
      const { provider } = conversation
      for (let turn = 0; turn < TURNS; turn++) {
        await takeTurn(conversation, turn)
        if (turn > 0) expect(lastResults(provider)[0]?.length).toBeLessThan(spacedOrders(turn).length)
      }
      expect(kinds(provider)).toEqual(['create', ...Array(TURNS - 1).fill('continue')])
      expect(statuses(provider)).toEqual(Array(TURNS).fill(200))
      expect(provider.dangling).toEqual([])
    },
  )

  test('PC-30: the keeper adds no mark, neither to the first call nor to those that continue it', async ({
    withThread,
  }) => {
    const fields = { system: LONG }
    const conversation = await withThread({ spec: BALANCED, agent: { fields } })
    const { provider } = conversation
    for (let turn = 0; turn < TURNS; turn++) {
      // The replay is a call with a long history, which would be marked outside a thread.
      if (turn === 3) provider.expireThreads()
      await takeTurn(conversation, turn)
    }
    expect(statuses(provider)).toEqual([200, 200, 200, 404, 200, 200, 200])
    expect(provider.calls.map(({ body }) => body.includes('cache_control'))).toEqual(Array(TURNS + 1).fill(false))
  })

  test('PC-32: a thread that expired is replayed in the forms that its results were first sent in', async ({
    withThread,
  }) => {
    const conversation = await withThread({ spec: BALANCED })
    const { provider } = conversation
    for (let turn = 0; turn < TURNS; turn++) {
      if (turn === 3) provider.expireThreads()
      await takeTurn(conversation, turn)
    }
    expect(statuses(provider)).toEqual([200, 200, 200, 404, 200, 200, 200])
    expect(kinds(provider)).toEqual(['create', 'continue', 'continue', 'continue', 'create', 'continue', 'continue'])
    expect([...formsAt(provider).values()].map(({ size }) => size)).toEqual(Array(2 * (TURNS - 1)).fill(1))
  })

  test('PC-1, PC-32: a result that names another one of its message names no older one in the replay', async ({
    withThread,
  }) => {
    const { provider, agent } = await withThread({ spec: BALANCED })
    const plan = { calls: [{ name: 'find_orders' }, { name: 'find_orders' }] }
    // Lines with nothing in common: only a reference makes them shorter.
    const lines = Array.from({ length: 40 }, (_, nth) => hash('sha256', `line ${nth}`))
    const half = lines.slice(0, 20).join('\n')
    await agent.ask({ plan })
    agent.answer([{ text: lines.join('\n') }, { text: 'done' }])
    await agent.ask({ plan })
    agent.answer([{ text: half }, { text: `again\n${lines.join('\n')}` }])
    await agent.ask({ plan })
    expect(lastResults(provider)[1]).toMatch(/^again\n\[\d+ lines as in toolu_/)
    agent.answer([{ text: 'done' }, { text: 'done' }])
    provider.expireThreads()
    await agent.ask({ plan })
    expect(statuses(provider)).toEqual([200, 200, 200, 404, 200])
    expect([...formsAt(provider).values()].every(({ size }) => size === 1)).toBe(true)
  })

  test.for<[name: string, change: object]>([
    ['mode Audit', { compression: { mode: 'Audit' } }],
    ['mode Disabled', { compression: { mode: 'Disabled' } }],
    ['profile Safe', { compression: { profile: 'Safe' } }],
  ])('PC-32: the replay keeps the forms of the thread under %s', async ([, change], { withThread }) => {
    const conversation = await withThread({ spec: BALANCED })
    const { provider, operator } = conversation
    for (let turn = 0; turn < TURNS; turn++) {
      if (turn === 2) await operator.setPolicy(change)
      if (turn === 3) await operator.restart()
      if (turn === 4) provider.expireThreads()
      await takeTurn(conversation, turn)
    }
    expect(statuses(provider)).toEqual([200, 200, 200, 200, 404, 200, 200])
  })
})

describe('what only the reply tells', () => {
  test.for([false, true])(
    'PC-21: a continued call that names no tool keeps to excludeTools (stream: %s)',
    async (isStream, { withThread }) => {
      const { provider, agent } = await withThread({ spec: BALANCED })
      await agent.ask({ plan: { calls: [{ name: 'read_file' }, { name: 'find_orders' }] }, isStream })
      agent.answer([{ text: spacedOrders(1) }, { text: spacedOrders(2) }])
      await agent.ask({ isStream })
      const [file, orders] = lastResults(provider)
      expect(file).toBe(spacedOrders(1))
      expect(orders?.length).toBeLessThan(spacedOrders(2).length)
    },
  )
})

describe('refusals of a thread', () => {
  const ask = { model: 'claude-fable-5-2', max_tokens: 100 }
  const question = { role: 'user', content: 'Which orders are open?' }

  test('PC-32: thread_already_continued passes unchanged, after one call', async ({ withThread }) => {
    const { provider, operator } = await withThread({ spec: BALANCED })
    const post = async (body: object): Promise<Response> => {
      return operator.edge.post(
        '/v1/messages?beta=true',
        JSON.stringify({ ...ask, messages: [question], ...body }),
        BETA,
      )
    }
    const { id } = (await (await post({ thread: { type: 'create' } })).json()) as { id: string }
    const thread = { type: 'continue', previous_message_id: id }
    await (await post({ thread })).json()
    const again = await post({ thread })
    const { error } = (await again.json()) as { error: { details: unknown } }
    expect([again.status, error.details]).toEqual([400, { error_code: 'thread_already_continued' }])
    expect(statuses(provider)).toEqual([200, 200, 400])
  })

  test('PC-32: thread_fingerprint_mismatch names the fields, and passes after one call', async ({ withThread }) => {
    const conversation = await withThread({ spec: BALANCED })
    const { provider, agent } = conversation
    await takeTurn(conversation, 0)
    agent.answer([{ text: spacedOrders(1) }])
    const headers = { 'anthropic-beta': 'message-threads-2026-08-12,a-beta-of-tomorrow' }
    const refusal = await refusalOf(agent.ask({ headers }))
    expect(refusal.errorCode).toBe('thread_fingerprint_mismatch')
    expect(refusal.apiMessage).toMatch(/differing field\(s\): anthropic-beta$/)
    expect(statuses(provider)).toEqual([200, 400])
  })

  test.for([
    [
      400,
      'messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to a different conversation.',
    ],
    [500, 'overloaded'],
    [529, 'overloaded'],
  ] as const)(
    'PC-23: a continue is sent once, whatever the provider answers (%i)',
    async ([status, message], { startEdge, upstream }) => {
      upstream.replyWith((res) => {
        res.writeHead(status, { 'content-type': 'application/json' })
        res.end(JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } }))
      })
      const edge = await startEdge(upstream.url, { spec: BALANCED })
      const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: spacedOrders(1) }
      const thread = { type: 'continue', previous_message_id: 'msg_1' }
      const body = JSON.stringify({ ...ask, thread, messages: [{ role: 'user', content: [result] }] })
      const reply = await edge.post('/v1/messages', body, BETA)
      expect([reply.status, ((await reply.json()) as { error: { message: string } }).error.message]).toEqual([
        status,
        message,
      ])
      expect(upstream.seen).toHaveLength(1)
    },
  )
})

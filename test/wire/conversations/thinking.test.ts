/** Conversations whose thinking is bound to what was sent before it (PC section 1.9), with Anthropic's SDK. */

import { describe, expect } from 'vitest'
import { refusalOf } from '../../support/provider/agents/anthropic-agent.ts'
import {
  type Conversation,
  formsAt,
  lastResults,
  statuses,
  takeTurn,
  test,
} from '../../support/provider/conversation.ts'
import { spacedOrders } from '../../support/tool-results.ts'

const TURNS = 6

describe('a steady conversation', () => {
  test.for(['Safe', 'Balanced', 'Aggressive'])(
    'PC-1: six turns under %s keep the form of each result, and none is refused',
    async (profile, { withAnthropic }) => {
      const conversation = await withAnthropic({ spec: { compression: { profile }, cache: { mode: 'Auto' } } })
      const { provider } = conversation
      for (let turn = 0; turn < TURNS; turn++) await takeTurn(conversation, turn)
      expect(statuses(provider)).toEqual(Array(TURNS).fill(200))
      const forms = [...formsAt(provider).values()]
      expect(forms).toHaveLength(2 * (TURNS - 1))
      expect(forms.map(({ size }) => size)).toEqual(forms.map(() => 1))
      const [first = ''] = lastResults(provider)
      expect(first.length).toBeLessThan(spacedOrders(1).length)
    },
  )

  test('PC-30: marks of the keeper come, move and go, and none is refused', async ({ withAnthropic }) => {
    const system = [{ type: 'text' as const, text: 'You look after orders. '.repeat(400) }]
    const conversation = await withAnthropic({
      spec: { compression: { profile: 'Balanced' }, cache: { mode: 'Auto' } },
      agent: { fields: { system } },
    })
    const { provider, operator } = conversation
    for (const [turn, mode] of ['Auto', 'Auto', 'Disabled', 'Auto', 'Disabled'].entries()) {
      await operator.setPolicy({ compression: { profile: 'Balanced' }, cache: { mode } })
      await takeTurn(conversation, turn)
    }
    expect(statuses(provider)).toEqual([200, 200, 200, 200, 200])
    const marked = provider.calls.map(({ body }) => body.includes('cache_control'))
    expect(marked).toContain(true)
    expect(marked).toContain(false)
  })
})

describe('a history that this sidecar has not seen', () => {
  test('PC-2: with thinking in it, old results go as they came and new ones are rewritten', async ({
    withAnthropic,
  }) => {
    const conversation = await withAnthropic()
    const { provider } = conversation
    for (let turn = 0; turn < 4; turn++) await takeTurn(withoutUs(conversation), turn)
    const old = lastResults(provider)
    await takeTurn(conversation, 4)
    expect(statuses(provider)).toEqual([200, 200, 200, 200, 200])
    const results = lastResults(provider)
    expect(results.slice(0, old.length)).toEqual(old)
    expect(results.at(-2)?.length).toBeLessThan(spacedOrders(4).length)
    await takeTurn(conversation, 5)
    expect(lastResults(provider).slice(0, results.length)).toEqual(results)
  })

  test('PC-2: without thinking in it, every result has the form that it always has', async ({ withAnthropic }) => {
    const conversation = await withAnthropic({ hasState: false })
    const { provider, operator } = conversation
    const plain = { plan: { calls: [{ name: 'find_orders' }], reasoning: 'none' as const } }
    for (let turn = 0; turn < 3; turn++) await takeTurn(conversation, turn, plain)
    const before = lastResults(provider)
    await operator.restart()
    await takeTurn(conversation, 3, plain)
    expect(lastResults(provider).slice(0, before.length)).toEqual(before)
    expect(before[0]?.length).toBeLessThan(spacedOrders(1).length)
  })

  test('PC-2: redacted thinking binds a history as well', async ({ withAnthropic }) => {
    const conversation = await withAnthropic()
    const { provider } = conversation
    const redacted = { plan: { calls: [{ name: 'find_orders' }], reasoning: 'redacted' as const } }
    for (let turn = 0; turn < 3; turn++) await takeTurn(withoutUs(conversation), turn, redacted)
    await takeTurn(conversation, 3, redacted)
    expect(statuses(provider)).toEqual([200, 200, 200, 200])
  })
})

/** The same agent, straight at its provider. */
function withoutUs({ provider, operator, agent }: Conversation): Conversation {
  return { provider, agent, operator: Object.create(operator, { edge: { value: { url: provider.url } } }) }
}

describe('a refusal that is not ours', () => {
  test.for(['unset', 'error'])(
    'PC-3: a caller that edits its own history (behaviour %s) gets the 400 as it is, after two calls at most',
    async (behaviour, { withAnthropic }) => {
      const thinking = { type: 'adaptive', block_binding: { prefix_mismatch_behavior: 'error' } } as const
      const fields = behaviour === 'error' ? { thinking, betas: ['thinking-binding-controls-2026-08-01'] } : {}
      const conversation = await withAnthropic({ agent: { fields } })
      const { provider, agent } = conversation
      for (let turn = 0; turn < 3; turn++) await takeTurn(conversation, turn)
      const before = provider.calls.length
      agent.messages[0] = { role: 'user', content: 'Another opening.' }
      agent.answer([{ text: spacedOrders(3) }])
      const refusal = await refusalOf(agent.ask())
      expect(statuses(provider).slice(before).length).toBeLessThanOrEqual(2)
      const direct = await fetch(`${provider.url}/v1/messages`, {
        method: 'POST',
        headers: { 'anthropic-beta': 'thinking-binding-controls-2026-08-01' },
        body: provider.calls.at(-1)!.body,
      })
      const told = (await direct.json()) as { error: { message: string } }
      expect(refusal.apiMessage?.startsWith(told.error.message)).toBe(true)
      expect(refusal.error).toMatchObject({ request_id: 'req_stand_in' })

      agent.dropThinking()
      await agent.ask()
      await takeTurn(conversation, 4)
      expect(statuses(provider).slice(-2)).toEqual([200, 200])
    },
  )

  test('PC-3: the error body arrives byte for byte', async ({ startEdge, upstream }) => {
    const text =
      '{"type":"error", "error":{"message":"messages.1.content.0: Invalid `signature` in `thinking` block. The block ' +
      'is bound to a different conversation. Remove it.","type":"invalid_request_error"}}\n'
    upstream.replyWith((res) => res.writeHead(400, { 'content-type': 'application/json', 'request-id': 'r' }).end(text))
    const edge = await startEdge(upstream.url)
    const reply = await edge.post('/v1/messages', '{"model":"claude-fable-5-2","max_tokens":1,"messages":[]}')
    expect([reply.status, reply.headers.get('request-id'), await reply.text()]).toEqual([400, 'r', text])
    // Nothing in it was ours to change: there is no other form.
    expect(upstream.seen).toHaveLength(1)
  })

  test('PC-3: a damaged signature is refused after one call', async ({ withAnthropic }) => {
    const conversation = await withAnthropic()
    const { provider, agent } = conversation
    for (let turn = 0; turn < 3; turn++) await takeTurn(conversation, turn)
    const [first] = agent.messages[1]!.content as { signature: string }[]
    first!.signature = 'ZGFtYWdlZA=='
    agent.answer([{ text: spacedOrders(3) }])
    const { status, apiMessage } = await refusalOf(agent.ask())
    expect([status, apiMessage]).toEqual([400, 'messages.1.content.0: Invalid `signature` in `thinking` block'])
    expect(statuses(provider)).toEqual([200, 200, 200, 400])
  })
})

describe('what the provider says of a conversation', () => {
  test('PC-5: transformations, betas and controls pass unchanged, both ways', async ({ startEdge, upstream }) => {
    const reply =
      '{"id":"msg_1","type":"message","role":"assistant","model":"claude-fable-5-2","content":[],"usage":{},' +
      '"input_transformations":[{"type":"thinking_dropped", "path":"messages.1.content.0","reason":"a_new_reason"}]}'
    upstream.replyWith((res) => res.writeHead(200, { 'content-type': 'application/json' }).end(reply))
    const edge = await startEdge(upstream.url)
    const body =
      '{"model":"claude-fable-5-2","max_tokens":1,"thinking":{"type":"adaptive","block_binding":' +
      '{"prefix_mismatch_behavior":"drop_block"}},"messages":[{"role":"user","content":"a"},{"role":"assistant",' +
      '"content":[{"type":"thinking","thinking":"","signature":"x"},{"type":"redacted_thinking","data":"y"},' +
      '{"type":"compaction","content":"c","signature":"z"},{"type":"fallback","model":"m"}]}]}'
    const betas = 'thinking-binding-controls-2026-08-01, a-beta-of-tomorrow'
    const answered = await edge.post('/v1/messages?beta=true', body, { 'anthropic-beta': betas })
    expect(await answered.text()).toBe(reply)
    expect(upstream.seen[0]?.body.toString()).toBe(body)
    expect(upstream.seen[0]?.headers['anthropic-beta']).toBe(betas)
  })
})

/** Which refusals are answered with the other form of a history, and which are the caller's (PC-3). */

import { describe, expect } from 'vitest'
import type { Edge } from '../../support/edge.ts'
import { spacedOrders } from '../../support/tool-results.ts'
import type { Upstream } from '../../support/upstream.ts'
import { test } from '../../support/wire.ts'

const BOUND =
  'messages.3.content.0: Invalid `signature` in `thinking` block. The block is bound to a different conversation.'
const HEADER = 'anthropic-thinking-prefix-mismatch'
const PATTERN = { [HEADER]: 'block=messages.3.content.0;kind=prefix;pattern=tool_results_rewritten' }
const ANSWER = '{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"usage":{}}'

/** A history with thinking that no sidecar knows: it goes as it came. */
function body(thread?: object, result = spacedOrders(1)): string {
  const turn = (id: string): object[] => [
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: '', signature: 's' },
        { type: 'tool_use', id, name: 'find', input: {} },
      ],
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: result }] },
  ]
  const messages = [{ role: 'user', content: 'a' }, ...turn('toolu_a'), ...turn('toolu_b')]
  return JSON.stringify({ model: 'claude-fable-5-2', max_tokens: 1, ...(thread && { thread }), messages })
}

interface Refusal {
  readonly status?: number
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
  readonly isAlways?: boolean
}

/** Refuses the first call, or each of them. */
function refuse(upstream: Upstream, { status = 400, message, headers, isAlways = false }: Refusal): void {
  upstream.replyWith((res) => {
    const isRefused = isAlways || upstream.seen.length === 1
    const error = JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } })
    res.writeHead(isRefused ? status : 200, { 'content-type': 'application/json', ...(isRefused && headers) })
    res.end(isRefused ? error : ANSWER)
  })
}

/** The result of the first call, as it arrived, by request. */
function firstResults({ seen }: Upstream): string[] {
  return seen.map((request) => JSON.parse(request.body.toString()).messages[2].content[0].content)
}

async function post(edge: Edge, text: string, headers = {}): Promise<Response> {
  const reply = await edge.post('/v1/messages', text, headers)
  await reply.clone().text()
  return reply
}

describe('a prefix that the provider does not know', () => {
  test.for<[by: string, refusal: Refusal]>([
    ['its words', { message: BOUND }],
    ['its words in other letters', { message: BOUND.toUpperCase() }],
    ['its words inside others', { message: `${BOUND} Remove the block. The tool result at messages.2 changed.` }],
    ['its header', { message: 'messages.3.content.0: thinking does not fit', headers: PATTERN }],
  ])('PC-3: is told by %s, and the form that was accepted is remembered', async ([, refusal], { edge, upstream }) => {
    refuse(upstream, refusal)
    expect((await post(edge, body())).status).toBe(200)
    expect((await post(edge, body())).status).toBe(200)
    const [asItCame = '', other = '', later] = firstResults(upstream)
    expect(asItCame).toBe(spacedOrders(1))
    expect(other.length).toBeLessThan(asItCame.length)
    expect(later).toBe(other)
    expect(upstream.seen).toHaveLength(3)
  })

  test('PC-3: a second refusal reaches the caller with its headers, and nothing is asked a third time', async ({
    edge,
    upstream,
  }) => {
    refuse(upstream, { message: BOUND, headers: { ...PATTERN, 'request-id': 'req_1' }, isAlways: true })
    const reply = await post(edge, body())
    expect([reply.status, reply.headers.get('request-id'), reply.headers.get(HEADER)]).toEqual([
      400,
      'req_1',
      PATTERN[HEADER],
    ])
    expect(await reply.json()).toMatchObject({ error: { message: BOUND } })
    expect(upstream.seen).toHaveLength(2)
  })

  test('PC-3: a history without another form is not asked for again', async ({ edge, upstream }) => {
    refuse(upstream, { message: BOUND, isAlways: true })
    expect((await post(edge, body(undefined, 'done'))).status).toBe(400)
    expect(upstream.seen).toHaveLength(1)
  })

  test.for<[name: string, refusal: Refusal]>([
    ['a damaged signature', { message: 'messages.3.content.0: Invalid `signature` in `thinking` block' }],
    [
      'thinking of the latest message',
      { message: '`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified' },
    ],
    ['a field that needs a beta', { message: 'thinking.block_binding: Extra inputs are not permitted' }],
    ['too many requests', { status: 429, message: BOUND }],
    ['a fault of the provider', { status: 500, message: BOUND }],
    ['another status', { status: 422, message: BOUND }],
  ])('PC-3: %s is the caller’s, after one call', async ([, refusal], { edge, upstream }) => {
    refuse(upstream, { ...refusal, isAlways: true })
    const reply = await post(edge, body())
    expect([reply.status, ((await reply.json()) as { error: { message: string } }).error.message]).toEqual([
      refusal.status ?? 400,
      refusal.message,
    ])
    expect(upstream.seen).toHaveLength(1)
  })

  test('PC-32: in a thread that goes on the other form is not sent', async ({ edge, upstream }) => {
    refuse(upstream, { message: BOUND })
    const beta = { 'anthropic-beta': 'message-threads-2026-08-12' }
    const reply = await post(edge, body({ type: 'continue', previous_message_id: 'msg_0' }), beta)
    expect(reply.status).toBe(400)
    expect(upstream.seen).toHaveLength(1)
  })

  test.for(['thinking-binding-controls-2026-08-01', undefined])(
    'PC-5: no beta is added (%s)',
    async (beta, { edge, upstream }) => {
      refuse(upstream, { message: BOUND })
      await post(edge, body(), beta === undefined ? {} : { 'anthropic-beta': beta })
      expect(upstream.seen.map(({ headers }) => headers['anthropic-beta'])).toEqual([beta, beta])
      const [first, second] = upstream.seen.map((request) => JSON.parse(request.body.toString()))
      expect([first.thinking, second.thinking]).toEqual([undefined, undefined])
      expect(second.messages.map((message: { content: object[] }) => message.content.length)).toEqual(
        first.messages.map((message: { content: object[] }) => message.content.length),
      )
    },
  )
})

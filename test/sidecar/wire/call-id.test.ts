/** One id names a call: in its reply's headers and in every log line about it. */

import { describe, expect } from 'vitest'
import { CHAT_PATH, wordyBody } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import { NOWHERE, test } from '../../support/wire.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

/** The id of a call, from its reply. */
async function idOf(edge: Edge, headers: Record<string, string> = {}, path = CHAT_PATH): Promise<string> {
  const reply = await edge.post(path, wordyBody(), headers)
  return reply.headers.get('x-m2m-call') ?? ''
}

/** Log lines about the call, once the last of them is written. */
async function linesOf(edge: Edge, id: string, last = 'call'): Promise<Record<string, unknown>[]> {
  const lines = (): Record<string, unknown>[] => edge.lines.filter((line) => line['call'] === id)
  await expect.poll(() => lines().map(({ msg }) => msg)).toContain(last)
  return lines()
}

describe('a call has an id', () => {
  test('that header and log line share, another one for each call', async ({ edge }) => {
    const ids = [await idOf(edge), await idOf(edge)]
    expect(new Set(ids).size).toBe(2)
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{16}$/)
      expect(await linesOf(edge, id)).toMatchObject([{ path: CHAT_PATH, status: 200, outcome: 'compressed' }])
    }
  })

  test("that begins with the caller's trace", async ({ edge }) => {
    const id = await idOf(edge, { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` })
    expect(id).toMatch(new RegExp(`^${TRACE}-[0-9a-f]{16}$`))
    expect(await linesOf(edge, id)).toMatchObject([{ trace_id: TRACE }])
  })

  for (const traceparent of [
    'nonsense',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `ff-${TRACE}-00f067aa0ba902b7-01`,
  ]) {
    test(`that holds no trace where traceparent is malformed: ${traceparent}`, async ({ edge }) => {
      expect(await idOf(edge, { traceparent })).toMatch(/^[0-9a-f]{16}$/)
    })
  }

  test('on its error reply and in every line about the failure', async ({ startEdge }) => {
    const edge = await startEdge(NOWHERE)
    const lines = await linesOf(edge, await idOf(edge), 'call failed')
    expect(lines.map(({ msg }) => msg)).toEqual(['call', 'call failed'])
  })

  test('when it is refused, and when it is no LLM call', async ({ edge }) => {
    for (const path of ['/nobody/v1/x', '/v1/files']) {
      expect(await linesOf(edge, await idOf(edge, {}, path), 'other call')).toHaveLength(1)
    }
  })

  test('when the sidecar answers itself: the engine as a service', async ({ edge }) => {
    for (const body of [wordyBody(), 'no JSON']) {
      const { headers } = await edge.post('/v1/compress', body, { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` })
      expect(headers.get('x-m2m-call')).toMatch(new RegExp(`^${TRACE}-[0-9a-f]{16}$`))
    }
  })

  test('that the policy hides with the other headers', async ({ startEdge, upstream }) => {
    const edge = await startEdge(upstream.url, { spec: { telemetry: { responseHeaders: false } } })
    expect(await idOf(edge)).toBe('')
  })
})

describe('a call that nobody is billed for claims no saved tokens', () => {
  for (const status of [429, 500]) {
    test(`when the provider answers ${status}`, async ({ edge, upstream }) => {
      upstream.replyWith((res) => res.writeHead(status).end('{}'))
      const { headers } = await edge.post(CHAT_PATH, wordyBody())
      expect([headers.get('x-m2m-outcome'), headers.get('x-m2m-tokens-saved')]).toEqual(['compressed', '0'])
      const [line] = await linesOf(edge, headers.get('x-m2m-call') ?? '')
      expect(line).not.toHaveProperty('tokens_saved')
    })
  }

  test('when the provider is unreachable', async ({ startEdge }) => {
    const { status, headers } = await (await startEdge(NOWHERE)).post(CHAT_PATH, wordyBody())
    expect([status, headers.get('x-m2m-tokens-saved')]).toEqual([502, '0'])
  })
})

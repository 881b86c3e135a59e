/** LiteLLM's own compression guardrail, with a sidecar in the place of headroom's proxy. */

import { describe, expect } from 'vitest'
import type { Edge } from '../support/edge.ts'
import { startLitellm } from '../support/litellm/litellm.ts'
import { spacedOrders, withoutSpace } from '../support/tool-results.ts'
import { NOWHERE, testOfOneEdge } from '../support/wire.ts'

interface Row {
  readonly role: string
  readonly content: string | null | readonly { readonly content?: string; readonly text?: string }[]
}

const test = testOfOneEdge
  .override('options', { spec: { limits: { maxTransformBytes: 20_000 } } })
  .extend('litellm', { scope: 'file' }, async ({ edge: _edge }, { onCleanup }) => {
    const litellm = await startLitellm()
    if (typeof litellm !== 'string') onCleanup(litellm.close)
    return litellm
  })

/** Requests of an agent with these results of its tool. */
const AGENTS = {
  openai: (results: readonly string[]) => ({
    model: 'gpt-4o',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Which orders are open?' },
      ...results.flatMap((content, i) => [
        { role: 'assistant', content: null, tool_calls: [callOf(i)] },
        { role: 'tool', tool_call_id: `c${i}`, content },
      ]),
    ],
  }),
  anthropic: (results: readonly string[]) => ({
    model: 'claude-sonnet-5',
    max_tokens: 100,
    system: 'Be brief.',
    messages: [
      { role: 'user', content: 'Which orders are open?' },
      ...results.flatMap((content, i) => [
        { role: 'assistant', content: [{ type: 'tool_use', id: `c${i}`, name: 'list', input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: `c${i}`, content }] },
      ]),
    ],
  }),
}
const APIS = ['openai', 'anthropic'] as const

function callOf(i: number): object {
  return { id: `c${i}`, type: 'function', function: { name: 'list', arguments: '{}' } }
}

/** The texts of tool results. */
function resultsOf(rows: readonly Row[]): string[] {
  return rows.flatMap(({ role, content }) => {
    if (role === 'tool') return [String(content)]
    return Array.isArray(content) ? content.flatMap((part) => part.content ?? []) : []
  })
}

describe.each(APIS)("a request to LiteLLM's %s API", (api) => {
  const results = [1, 2, 3].map((seed) => spacedOrders(seed, 10))
  const body = AGENTS[api](results)

  test('goes out with its earlier results rewritten, row for row', async ({ edge, litellm, skip }) => {
    if (typeof litellm === 'string') return skip(litellm)
    const { body: forwarded, log } = await litellm.guard({ api, params: { api_base: edge.url }, body })
    const rows = forwarded?.['messages'] as readonly Row[]
    expect(rows.map(({ role }) => role)).toEqual(body.messages.map(({ role }) => role))
    const isRewritten = resultsOf(rows).map((text, i) => text !== results[i])
    // LiteLLM holds the newest exchange back.
    expect(isRewritten).toEqual([true, true, false])
    const restored = resultsOf(await decompress(edge, forwarded))
    expect(restored.map(withoutSpace)).toEqual(results.map(withoutSpace))

    expect(log?.guardrail_status).toBe('success')
    const { tokens_before: before, tokens_after: after, tokens_saved: saved } = log?.guardrail_response ?? {}
    expect(Number(before) - Number(after)).toBe(saved)
    expect(saved).toBeGreaterThan(100)
  })

  test.for([
    ['nobody listens', NOWHERE],
    ['the address is of no engine', '/nobody'],
    ['the rows are too large', ''],
  ] as const)('goes out as it came when %s, and by default not at all', async ([, base], { edge, litellm, skip }) => {
    if (typeof litellm === 'string') return skip(litellm)
    const api_base = base === NOWHERE ? base : edge.url + base
    const sent = base === '' ? AGENTS[api]([...results, spacedOrders(4, 200), 'ok']) : body
    const open = await litellm.guard({ api, params: { api_base, unreachable_fallback: 'fail_open' }, body: sent })
    expect(open).toMatchObject({ body: sent, log: { guardrail_status: 'guardrail_failed_to_respond' } })
    expect(await litellm.guard({ api, params: { api_base }, body: sent })).toEqual({ status: 502 })
  })
})

async function decompress(edge: Edge, body: unknown): Promise<Row[]> {
  const reply = await edge.post('/v1/decompress', JSON.stringify(body))
  return ((await reply.json()) as { request: { messages: Row[] } }).request.messages
}

/** Rule 2, the bill never rises: a prompt that the provider's cache does not take yet is not made shorter. */

import { expect } from 'vitest'
import { spacedOrders } from '../../support/tool-results.ts'
import { test } from '../../support/wire.ts'

/** A tool result of some 2,000 tokens for each of `turns`. */
function body(model: string, turns: number, isMarked: boolean): string {
  const messages = Array.from({ length: turns }, (_, turn) => [
    { role: 'assistant', content: [{ type: 'tool_use', id: `toolu_${turn}`, name: 'find', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: `toolu_${turn}`, content: spacedOrders(turn + 1) }] },
  ])
  const mark = isMarked ? { cache_control: { type: 'ephemeral' } } : {}
  return JSON.stringify({
    model,
    max_tokens: 1,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'go', ...mark }] }, ...messages.flat()],
  })
}

test.for([
  ['claude-haiku-4-5', 1, true, 'passthrough'],
  ['claude-haiku-4-5', 1, false, 'compressed'],
  ['claude-haiku-4-5', 9, true, 'compressed'],
  ['claude-sonnet-4-5', 1, true, 'compressed'],
] as const)('%s, %i results, marked: %s: %s', async ([model, turns, isMarked, outcome], { edge, upstream }) => {
  const reply = await edge.post('/v1/messages', body(model, turns, isMarked), { 'x-api-key': 'k' })
  await reply.text()
  expect(reply.headers.get('x-m2m-outcome')).toBe(outcome)
  expect(String(upstream.seen[0]?.body) === body(model, turns, isMarked)).toBe(outcome === 'passthrough')
})

/** A policy that changes while sessions are live: each session is counted once, and may change sides. */

import { expect } from 'vitest'
import { CHAT_PATH, wordyBody } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import { test } from '../../support/wire.ts'

test('a new revision is counted once for each live session', async ({ startEdge, upstream }) => {
  const edge = await startEdge(upstream.url, { spec: { compression: { mode: 'Enforce' } } })
  for (const session of ['a', 'b', 'a', 'b']) expect(await call(edge, session)).toBe('compressed')
  expect((await edge.stats()).prefix.changed).toBe(0)

  await edge.setPolicy({ compression: { mode: 'Audit' } })
  await expect.poll(() => call(edge, 'a')).toBe('audit')
  await call(edge, 'a')
  expect((await edge.stats()).prefix).toMatchObject({ changed: 1, broken: 0 })
  await call(edge, 'b')
  const { prefix, groups } = await edge.stats()
  expect(prefix).toMatchObject({ changed: 2, broken: 0 })
  expect(groups).toMatchObject({
    treated: { sessions: 2, live_sessions: 0 },
    audit: { sessions: 2, live_sessions: 2 },
  })
  const metrics = await edge.metrics()
  expect(metrics).toContain('m2m_prefix_changed_total{policy="edge",provider="openai"} 2')
  expect(metrics).toContain('m2m_session_turns_count{group="treated"} 2')
})

/** @returns the outcome */
async function call(edge: Edge, session: string): Promise<string | null> {
  const reply = await edge.post(CHAT_PATH, wordyBody(), { 'x-m2m-session': session })
  await reply.text()
  return reply.headers.get('x-m2m-outcome')
}

/** A running sidecar whose policy is switched off stops at the next call, whatever else the policy says. */

import { expect } from 'vitest'
import { CHAT_PATH, wordyBody } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import { test } from '../../support/wire.ts'

/** Enough for some to fall into a share of 10 %; the name decides which. */
const SESSIONS = Array.from({ length: 40 }, (_, index) => `s${index}`)

const CASES = [
  { mode: 'Disabled', outcome: 'passthrough' },
  { mode: 'Audit', outcome: 'audit' },
] as const

for (const { mode, outcome } of CASES) {
  test(`mode ${mode} beside a holdout stops compression and holds nobody out`, async ({ startEdge, upstream }) => {
    const edge = await startEdge(upstream.url, { spec: { compression: { mode: 'Enforce', holdoutPercent: 10 } } })
    expect(await outcomes(edge)).toEqual(new Set(['compressed', 'holdout']))

    await edge.setPolicy({ compression: { mode, holdoutPercent: 10 } })
    await expect.poll(() => call(edge, 's0')).toBe(outcome)
    upstream.seen.length = 0
    expect(await outcomes(edge)).toEqual(new Set([outcome]))
    expect(new Set(upstream.seen.map(({ body }) => body.toString()))).toEqual(new Set([wordyBody()]))
    expect(await edge.metrics()).not.toContain('m2m_config_reloads_total{result="rejected"}')
  })
}

async function outcomes(edge: Edge): Promise<Set<string | null>> {
  return new Set(await Promise.all(SESSIONS.map((session) => call(edge, session))))
}

async function call(edge: Edge, session: string): Promise<string | null> {
  const reply = await edge.post(CHAT_PATH, wordyBody(), { 'x-m2m-session': session })
  await reply.text()
  return reply.headers.get('x-m2m-outcome')
}

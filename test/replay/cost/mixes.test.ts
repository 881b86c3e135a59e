/** Cache marks on traffic that no corpus has: chats with pauses, single calls, agents that start together. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyPlan, createHistory, planCache } from '../../../src/core/cache/index.ts'
import { readBody } from '../../../src/core/dialect/index.ts'
import { RULE_SETS } from '../../../src/replay/cost/rule-sets.ts'
import type { Shape } from '../../../src/replay/cost/shapes.ts'
import { SimReader } from '../../../src/replay/cost/sim-request.ts'
import { assertProperty } from '../../support/assert-property.ts'

interface Mix {
  readonly sessions: number
  /** Seconds between starts, and between the turns of a session. */
  readonly startGap: number
  readonly turnGaps: readonly number[]
  readonly turns: readonly number[]
  /** Tokens of system text and of a first message. */
  readonly system: number
  readonly question: number
}

interface Sent {
  readonly session: number
  readonly atMs: number
  readonly body: Uint8Array
}

const mixes = fc.record<Mix>({
  sessions: fc.constantFrom(5, 30, 80),
  startGap: fc.constantFrom(0, 0.1, 1, 20),
  turnGaps: fc.array(fc.constantFrom(2, 10, 60, 250, 2000), { minLength: 1, maxLength: 3 }),
  turns: fc.array(fc.constantFrom(0, 0, 1, 2, 6), { minLength: 1, maxLength: 5 }),
  system: fc.constantFrom(100, 1500, 4000),
  question: fc.constantFrom(50, 2000),
})

const text = (tokens: number, name: string): string => `${name} `.padEnd(4 * tokens, 'lorem ')

function requestsOf({ sessions, startGap, turnGaps, turns, system, question }: Mix): Sent[] {
  const sent: Sent[] = []
  for (let session = 0; session < sessions; session++) {
    const messages = [
      { role: 'system', content: text(system, 'rules') },
      { role: 'user', content: text(question, `question ${session}`) },
    ]
    let atMs = 1000 * session * startGap
    for (let turn = 0; ; turn++) {
      sent.push({ session, atMs, body: Buffer.from(JSON.stringify({ messages })) })
      if (turn >= turns[session % turns.length]!) break
      atMs += 1000 * turnGaps[(session + turn) % turnGaps.length]!
      messages.push(
        { role: 'assistant', content: text(50, `answer ${turn}`) },
        { role: 'user', content: text(200, `and ${turn}`) },
      )
    }
  }
  return sent.sort((a, b) => a.atMs - b.atMs)
}

/** Shares of the unmarked cost: of all sessions, and of the most expensive one. */
function costOf(mix: Mix, name: string, shape: Shape): { total: number; worst: number } {
  const rules = RULE_SETS.find((each) => each.name === name)!
  const reader = new SimReader({ name: 'o200k_base', count: (value) => value.length / 4 })
  const counter = { content: (value: string) => value.length / 4, tools: () => 0 }
  const caches = [rules.createCache(), rules.createCache()] as const
  const history = createHistory()
  const costs = Array.from({ length: mix.sessions }, () => ({ unmarked: 0, kept: 0 }))
  for (const { session, atMs, body } of requestsOf(mix)) {
    const asSent = rules.body(body, shape)
    const request = reader.read(asSent, atMs)
    const read = readBody(asSent, rules.dialect)!
    const context = { rules: rules.marks, counter, totalTokens: request.tokens, history, scope: '', now: atMs }
    const kept = applyPlan(planCache(read, context), read, asSent)
    costs[session]!.unmarked += caches[0].take(request).cost
    costs[session]!.kept += caches[1].take(reader.read(kept, atMs)).cost
  }
  const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0)
  return {
    total: sum(costs.map(({ kept }) => kept)) / sum(costs.map(({ unmarked }) => unmarked)),
    worst: Math.max(...costs.map(({ unmarked, kept }) => kept / unmarked)),
  }
}

describe('in any mix of sessions', () => {
  test.each(['blocks', 'strings'] as const)('GPT-5.6 never costs more than its implicit mode: %s', (shape) => {
    assertProperty(
      fc.property(mixes, (mix) => {
        const { total, worst } = costOf(mix, 'openai-breakpoint', shape)
        expect(total).toBeLessThan(1 + 1e-9)
        expect(worst).toBeLessThan(1 + 1e-9)
      }),
      { numRuns: 20 },
    )
  })

  test.each(['blocks', 'strings'] as const)('Claude costs a quarter more at the very worst: %s', (shape) => {
    assertProperty(
      fc.property(mixes, (mix) => {
        const { total, worst } = costOf(mix, 'anthropic', shape)
        expect(total).toBeLessThan(1.15)
        expect(worst).toBeLessThan(1.25 + 1e-9)
      }),
      { numRuns: 20 },
    )
  })
})

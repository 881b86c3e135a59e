/** Cache marks on traffic that no corpus has: chats with pauses, single calls, agents that start together. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyPlan, createHistory, planCache, recordRead } from '../../../src/core/cache/index.ts'
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
  /** Turns of a session, in a circle, that change its system text. */
  readonly breaks: readonly boolean[]
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
  breaks: fc.constant([]),
})

const breaking = fc
  .tuple(mixes, fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }))
  .map(([mix, breaks]): Mix => ({ ...mix, sessions: 5, turns: [6, 9], breaks }))

const text = (tokens: number, name: string): string => `${name} `.padEnd(4 * tokens, 'lorem ')

function requestsOf({ sessions, startGap, turnGaps, turns, system, question, breaks }: Mix): Sent[] {
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
      if (breaks[turn % breaks.length]) messages[0] = { role: 'system', content: text(system, `${session}, ${turn}`) }
      atMs += 1000 * turnGaps[(session + turn) % turnGaps.length]!
      messages.push(
        { role: 'assistant', content: text(50, `answer ${turn}`) },
        { role: 'user', content: text(200, `and ${turn}`) },
      )
    }
  }
  return sent.sort((a, b) => a.atMs - b.atMs)
}

interface Shares {
  /** Shares of the unmarked cost: of all sessions, and of the most expensive one. */
  readonly total: number
  readonly worst: number
  readonly reasons: ReadonlySet<string>
}

function costOf(mix: Mix, name: string, shape: Shape): Shares {
  const rules = RULE_SETS.find((each) => each.name === name)!
  const reader = new SimReader({ name: 'o200k_base', count: (value) => value.length / 4 })
  const counter = { content: (value: string) => value.length / 4, tools: () => 0 }
  const caches = [rules.createCache(), rules.createCache()] as const
  const history = createHistory()
  const reasons = new Set<string>()
  const costs = Array.from({ length: mix.sessions }, () => ({ unmarked: 0, kept: 0 }))
  for (const { session, atMs, body } of requestsOf(mix)) {
    const asSent = rules.body(body, shape)
    const request = reader.read(asSent, atMs)
    const read = readBody(asSent, rules.dialect)!
    const context = { rules: rules.marks, counter, totalTokens: request.tokens, history, scope: '', now: atMs }
    const plan = planCache(read, context)
    reasons.add(plan.reason)
    costs[session]!.unmarked += caches[0].take(request).cost
    const bill = caches[1].take(reader.read(applyPlan(plan, read, asSent), atMs))
    costs[session]!.kept += bill.cost
    if (plan.awaited) recordRead(plan.awaited, { cacheRead: bill.read, cacheCreation: bill.written })
  }
  const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0)
  return {
    total: sum(costs.map(({ kept }) => kept)) / sum(costs.map(({ unmarked }) => unmarked)),
    worst: Math.max(...costs.map(({ unmarked, kept }) => kept / unmarked)),
    reasons,
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

  test.each(['anthropic', 'anthropic-explicit'])('a cache that works is never doubted: %s', (name) => {
    assertProperty(
      fc.property(mixes, (mix) => {
        const { reasons } = costOf(mix, name, 'blocks')
        expect(reasons).not.toContain('unread')
        expect(reasons).not.toContain('broken')
      }),
      { numRuns: 20 },
    )
  })

  test('sessions that change their system text on some turns stay below the bound', () => {
    assertProperty(
      fc.property(breaking, (mix) => {
        const { total, worst, reasons } = costOf(mix, 'anthropic', 'blocks')
        expect(total).toBeLessThan(1.15)
        expect(worst).toBeLessThan(1.25)
        expect(reasons).not.toContain('unread')
      }),
      { numRuns: 20 },
    )
  })

  test('sessions that change it on every turn cost what they cost unmarked', () => {
    assertProperty(
      fc.property(mixes, (mix) => {
        const every = { ...mix, sessions: 5, turns: [6], breaks: [true] }
        expect(costOf(every, 'anthropic', 'blocks').total).toBeLessThan(1.02)
        expect(costOf(every, 'openai-breakpoint', 'blocks').total).toBeLessThan(1 + 1e-9)
      }),
      { numRuns: 20 },
    )
  })
})

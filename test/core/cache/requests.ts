/** Requests to plan marks for, and what becomes of them. */

import { applyPlan, createObserved, type KeeperRules, type Observed, planCache } from '../../../src/core/cache/index.ts'
import { type DialectName, dialectByName, readBody } from '../../../src/core/dialect/index.ts'

export const RULES = {
  automatic: { set: 'anthropic-automatic', minTokens: 1024, ttlMs: 300_000 },
  explicit: { set: 'anthropic-explicit', minTokens: 1024, ttlMs: 300_000 },
  implicit: { set: 'openai-implicit', minTokens: 1024, ttlMs: 300_000 },
  breakpoint: { set: 'openai-breakpoint', minTokens: 1024, ttlMs: 1_800_000 },
} satisfies Record<string, KeeperRules>

export const text = (value: string): { type: string; text: string } => ({ type: 'text', text: value })

/** A keeper with a memory of its own, whose clock is set by the test; a word is a token. */
export function createKeeper(rules: KeeperRules, dialect: DialectName, observed: Observed = createObserved()) {
  const words = (value: string): number => value.split(/\s+/).length
  const counter = { content: words, tools: words }
  let now = 0
  return {
    observed,
    wait(ms: number): void {
      now += ms
    },
    /** @returns why, and the body as it goes out, as text and parsed */
    keep(request: object | string, scope = 'account') {
      const source = typeof request === 'string' ? request : JSON.stringify(request)
      const read = readBody(Buffer.from(source), dialectByName(dialect))!
      const totalTokens = words(source)
      const plan = planCache(read, { rules, counter, totalTokens, observed, scope, now })
      const sent = Buffer.from(applyPlan(plan, read, read.body)).toString()
      return { reason: plan.reason, source, sent, body: JSON.parse(sent) }
    },
  }
}

/** So many words. */
export function words(count: number, word = 'word'): string {
  return Array.from({ length: count }, () => word).join(' ')
}

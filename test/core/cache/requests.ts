/** Plans and applies marks for test requests. */

import {
  applyPlan,
  createHistory,
  type History,
  type MarkRules,
  planCache,
  recordRead,
} from '../../../src/core/cache/index.ts'
import { type DialectName, dialectByName, readBody, type Usage } from '../../../src/core/dialect/index.ts'

const FACTORS = { readFactor: 0.1, writeFactor: 1.25 }

export const RULES = {
  automatic: { set: 'anthropic-automatic', minTokens: 1024, ttlMs: 300_000, ...FACTORS },
  explicit: { set: 'anthropic-explicit', minTokens: 1024, ttlMs: 300_000, ...FACTORS },
  implicit: { set: 'openai-implicit', minTokens: 1024, ttlMs: 300_000, readFactor: 0.1, writeFactor: 1 },
  breakpoint: { set: 'openai-breakpoint', minTokens: 1024, ttlMs: 1_800_000, ...FACTORS },
} satisfies Record<string, MarkRules>

export const text = (value: string): { type: string; text: string } => ({ type: 'text', text: value })

/** Marks requests with a history of its own. The test sets the clock; a word is a token. */
export function createMarker(rules: MarkRules, dialect: DialectName, history: History = createHistory()) {
  const words = (value: string): number => value.split(/\s+/).length
  const counter = { content: words, tools: words }
  let now = 0
  return {
    history,
    wait(ms: number): void {
      now += ms
    },
    /** @returns the reason, the body to be sent, as text and parsed, and the way to answer it */
    mark(request: object | string, scope = 'account') {
      const source = typeof request === 'string' ? request : JSON.stringify(request)
      const read = readBody(Buffer.from(source), dialectByName(dialect))!
      const totalTokens = words(source)
      const plan = planCache(read, { rules, counter, totalTokens, history, scope, now })
      const sent = Buffer.from(applyPlan(plan, read, read.body)).toString()
      const reply = (usage?: Usage): void => {
        if (plan.awaited) recordRead(plan.awaited, usage)
      }
      return { reason: plan.reason, source, sent, body: JSON.parse(sent), reply }
    },
  }
}

/** A text of `count` words. */
export function words(count: number, word = 'word'): string {
  return Array.from({ length: count }, () => word).join(' ')
}

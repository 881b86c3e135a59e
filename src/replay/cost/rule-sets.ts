/** The simulated providers: their cache rules, and the form of a session at each. */

import type { MarkRules } from '../../core/cache/index.ts'
import { type Dialect, dialectByName } from '../../core/dialect/index.ts'
import { ANTHROPIC_HINDSIGHT, BREAKPOINT_HINDSIGHT, type HindsightRules, IMPLICIT_HINDSIGHT } from './hindsight.ts'
import {
  createAnthropicCache,
  createBreakpointCache,
  createImplicitCache,
  type ProviderCache,
} from './provider-cache.ts'
import { anthropicBody, chatBody, type Shape } from './shapes.ts'

export type CostRuleSet = 'anthropic' | 'anthropic-explicit' | 'openai-implicit' | 'openai-breakpoint'

export interface RuleSet {
  readonly name: CostRuleSet
  readonly dialect: Dialect
  readonly marks: MarkRules
  readonly hindsight: HindsightRules
  createCache(): ProviderCache
  body(recorded: Uint8Array, shape: Shape): Uint8Array
}

const MINUTE_MS = 60_000
const CLAUDE = 'claude-sonnet-5'

const anthropic = {
  dialect: dialectByName('anthropic-messages'),
  hindsight: ANTHROPIC_HINDSIGHT,
  createCache: createAnthropicCache,
  body: (recorded: Uint8Array, shape: Shape) => anthropicBody(recorded, CLAUDE, shape),
}

export const RULE_SETS: readonly RuleSet[] = [
  {
    ...anthropic,
    name: 'anthropic',
    marks: { set: 'anthropic-automatic', minTokens: 1024, ttlMs: 5 * MINUTE_MS },
  },
  {
    ...anthropic,
    name: 'anthropic-explicit',
    marks: { set: 'anthropic-explicit', minTokens: 1024, ttlMs: 5 * MINUTE_MS },
  },
  {
    name: 'openai-implicit',
    dialect: dialectByName('openai-chat'),
    marks: { set: 'openai-implicit', minTokens: 1024, ttlMs: 5 * MINUTE_MS },
    hindsight: IMPLICIT_HINDSIGHT,
    createCache: createImplicitCache,
    body: (recorded, shape) => chatBody(recorded, 'gpt-5', shape),
  },
  {
    name: 'openai-breakpoint',
    dialect: dialectByName('openai-chat'),
    marks: { set: 'openai-breakpoint', minTokens: 1024, ttlMs: 30 * MINUTE_MS },
    hindsight: BREAKPOINT_HINDSIGHT,
    createCache: createBreakpointCache,
    body: (recorded, shape) => chatBody(recorded, 'gpt-5.6', shape),
  },
]

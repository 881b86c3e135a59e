/** The simulated providers: their cache rules, and the form of a session at each. */

import { type MarkRules, markRules } from '../../core/cache/index.ts'
import { type Dialect, dialectByName } from '../../core/dialect/index.ts'
import { type CacheRules, resolveModel } from '../../core/model/index.ts'
import { createAnthropicCache, createBreakpointCache, createPrefixCache, type ProviderCache } from './provider-cache.ts'
import { anthropicBody, chatBody, type Shape } from './shapes.ts'

export type CostRuleSet = 'anthropic' | 'anthropic-explicit' | 'openai-implicit' | 'openai-breakpoint'

export interface RuleSet {
  readonly name: CostRuleSet
  readonly dialect: Dialect
  readonly marks: MarkRules
  readonly cache: CacheRules
  createCache(): ProviderCache
  body(recorded: Uint8Array, shape: Shape): Uint8Array
}

const CLAUDE = 'claude-sonnet-5'
const OLD_GPT = 'gpt-5'
const NEW_GPT = 'gpt-5.6'

/** Before GPT-5.6, OpenAI reads in steps of so many tokens. */
const STEP_TOKENS = 128

export const RULE_SETS: readonly RuleSet[] = [
  { ...anthropicRules(true), name: 'anthropic' },
  { ...anthropicRules(false), name: 'anthropic-explicit' },
  {
    ...openaiRules(OLD_GPT),
    name: 'openai-implicit',
    createCache: () => createPrefixCache(rulesOf(OLD_GPT), STEP_TOKENS),
  },
  { ...openaiRules(NEW_GPT), name: 'openai-breakpoint', createCache: () => createBreakpointCache(rulesOf(NEW_GPT)) },
]

function anthropicRules(isFirstParty: boolean): Omit<RuleSet, 'name'> {
  const cache = rulesOf(CLAUDE)
  return {
    dialect: dialectByName('anthropic-messages'),
    marks: known(
      markRules({ api: 'anthropic', name: isFirstParty ? 'anthropic' : 'other', host: '', model: CLAUDE }, cache),
      CLAUDE,
    ),
    cache,
    createCache: () => createAnthropicCache(cache),
    body: (recorded, shape) => anthropicBody(recorded, CLAUDE, shape),
  }
}

function openaiRules(model: string): Omit<RuleSet, 'name' | 'createCache'> {
  const cache = rulesOf(model)
  return {
    dialect: dialectByName('openai-chat'),
    marks: known(markRules({ api: 'openai', name: 'openai', host: '', model }, cache), model),
    cache,
    body: (recorded, shape) => chatBody(recorded, model, shape),
  }
}

/** The latest rules on a model's card. */
function rulesOf(model: string): CacheRules {
  return known(resolveModel(model)?.cache[0], model)
}

function known<T>(value: T | undefined, model: string): T {
  if (value === undefined) throw new Error(`models.yaml has no cache rules for ${model}`)
  return value
}

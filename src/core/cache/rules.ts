/** Selects the prompt-cache rules that apply to a call (docs/spec/prompt-cache.md, Rules of the providers). */

import type { DialectName } from '../dialect/index.ts'
import type { CacheRules } from '../model/index.ts'

/** Price of reading or writing a cached token, relative to an input token: Anthropic, and OpenAI from GPT-5.6 on. */
export const READ_PRICE = 0.1
export const WRITE_PRICE = 1.25

/**
 * anthropic-automatic: one top-level member moves with the conversation (Anthropic's own API); anthropic-explicit:
 * marks on blocks only (every other host); openai-implicit: only a key; openai-breakpoint: exactly at breakpoints.
 */
export type MarkRuleSet = 'anthropic-automatic' | 'anthropic-explicit' | 'openai-implicit' | 'openai-breakpoint'

export interface MarkRules {
  readonly set: MarkRuleSet
  /** Shorter prefixes are not cached. */
  readonly minTokens: number
  readonly ttlMs: number
}

/**
 * @param isFirstParty whether the model's maker serves the call. Other hosts refuse unknown members: OpenAI's key and
 *   breakpoints, Anthropic's top-level mark
 * @param cache the cache rules of the model card
 * @returns undefined when the rules are not known: then nothing is marked
 */
export function markRules(
  dialect: DialectName,
  isFirstParty: boolean,
  cache: CacheRules | undefined,
): MarkRules | undefined {
  if (cache === undefined) return undefined
  const set = ruleSet(dialect, isFirstParty, cache.kind)
  return set && { set, minTokens: cache.minTokens, ttlMs: 1000 * cache.ttlSeconds }
}

function ruleSet(dialect: DialectName, isFirstParty: boolean, kind: CacheRules['kind']): MarkRuleSet | undefined {
  // A model behind another maker's API follows the rules of that API, which are not known.
  if (dialect === 'anthropic-messages') {
    if (kind !== 'anthropic') return undefined
    return isFirstParty ? 'anthropic-automatic' : 'anthropic-explicit'
  }
  const isOpenAi = dialect === 'openai-chat' || dialect === 'openai-responses'
  return isOpenAi && isFirstParty && kind !== 'anthropic' ? kind : undefined
}

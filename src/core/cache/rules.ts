/** Selects the prompt-cache rules that apply to a call (docs/spec/prompt-cache.md, Rules of the providers). */

import { type CacheRuleSet, PROVIDER_APIS, type ProviderDialect } from '../dialect/index.ts'
import type { CacheRules } from '../model/index.ts'

/** Price of reading or writing a cached token, relative to an input token: Anthropic, and OpenAI from GPT-5.6 on. */
export const READ_PRICE = 0.1
export const WRITE_PRICE = 1.25

export type MarkRuleSet = CacheRuleSet

export interface MarkRules {
  readonly set: MarkRuleSet
  /** Shorter prefixes are not cached. */
  readonly minTokens: number
  readonly ttlMs: number
}

/**
 * @param isFirstParty whether the model's maker serves the call. Other hosts refuse unknown members: OpenAI's key and
 *   breakpoints, Anthropic's top-level mark
 * @param cache the rules of the model card that are in force
 * @returns undefined when the rules are not known: then nothing is marked
 */
export function markRules(
  provider: ProviderDialect,
  isFirstParty: boolean,
  cache: CacheRules | undefined,
): MarkRules | undefined {
  if (cache?.minTokens === undefined || cache.ttlSeconds === undefined || cache.kind === 'automatic') return undefined
  // A model behind an API that is not its maker's is under that API's rules, which are not known.
  const set = PROVIDER_APIS[provider].promptCache[isFirstParty ? 'maker' : 'others'][cache.kind]
  return set && { set, minTokens: cache.minTokens, ttlMs: 1000 * cache.ttlSeconds }
}

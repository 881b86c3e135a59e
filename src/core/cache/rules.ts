/** Which rules of prompt caching a call is under (spec: prompt-compression, section 5). */

import type { DialectName } from '../dialect/index.ts'
import type { CacheRules } from '../model/index.ts'

/** Cost of an input token read from a cache or written to one, in that of an input token: Anthropic, and GPT-5.6 on. */
export const READ_PRICE = 0.1
export const WRITE_PRICE = 1.25

/**
 * anthropic-automatic: one member at the top moves with the conversation (Anthropic's own API); anthropic-explicit:
 * blocks alone (every other host); openai-implicit: nothing but a key; openai-breakpoint: exactly at breakpoints.
 */
export type KeeperRuleSet = 'anthropic-automatic' | 'anthropic-explicit' | 'openai-implicit' | 'openai-breakpoint'

export interface KeeperRules {
  readonly set: KeeperRuleSet
  /** Shorter prefixes are not cached. */
  readonly minTokens: number
  readonly ttlMs: number
}

/**
 * @param isFirstParty does the call go to the model's maker itself? Others refuse what they do not know: the key and the
 *   breakpoints of OpenAI, the top-level mark of Anthropic
 * @param cache what the model's card says
 * @returns undefined when the rules are not known: then nothing is marked
 */
export function keeperRules(
  dialect: DialectName,
  isFirstParty: boolean,
  cache: CacheRules | undefined,
): KeeperRules | undefined {
  if (cache === undefined) return undefined
  const set = ruleSet(dialect, isFirstParty, cache.kind)
  return set && { set, minTokens: cache.minTokens, ttlMs: 1000 * cache.ttlSeconds }
}

function ruleSet(dialect: DialectName, isFirstParty: boolean, kind: CacheRules['kind']): KeeperRuleSet | undefined {
  // A model behind an API that is not its maker's is under that API's rules, which nobody told us.
  if (dialect === 'anthropic-messages') {
    if (kind !== 'anthropic') return undefined
    return isFirstParty ? 'anthropic-automatic' : 'anthropic-explicit'
  }
  const isOpenAi = dialect === 'openai-chat' || dialect === 'openai-responses'
  return isOpenAi && isFirstParty && kind !== 'anthropic' ? kind : undefined
}

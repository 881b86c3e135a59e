/** Selects the prompt-cache rules that apply to a call (docs/spec/prompt-cache.md, Rules of the providers). */

import { type CacheRuleSet, PROVIDER_APIS, type ProviderDialect } from '../dialect/index.ts'
import { type CacheRules, isMaker } from '../model/index.ts'

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

/** Where a call goes. */
export interface Destination {
  /** Whose API it speaks. */
  readonly api: ProviderDialect
  /** The provider's name in the policy, and its host. */
  readonly name: string
  readonly host: string
  /** As the request names it. */
  readonly model: string | undefined
}

/**
 * @param cache the cache rules of the model card
 * @returns undefined when the rules are not known: then nothing is marked
 */
export function markRules(destination: Destination, cache: CacheRules | undefined): MarkRules | undefined {
  if (cache === undefined) return undefined
  // A model behind an API that is not its maker's is under that API's rules, which are not known.
  const sets = PROVIDER_APIS[destination.api].promptCache[takesAllMarks(destination) ? 'maker' : 'others']
  const set = sets[cache.kind]
  return set && { set, minTokens: cache.minTokens, ttlMs: 1000 * cache.ttlSeconds }
}

/** Platforms that serve Anthropic's API as its maker does: Foundry, Bedrock's new endpoint, Claude Platform on AWS. */
const PLATFORMS = /\.services\.ai\.azure\.com$|^(?:bedrock-mantle|aws-external-anthropic)\.[a-z0-9-]+\.api\.aws$/

/** Bedrock's first endpoint, which refuses the mark at the top; gateways in front of it keep its model names. */
const LEGACY_BEDROCK = /(?:^|\.)bedrock-runtime(?:-fips)?\.[a-z0-9.-]+$/
const BEDROCK_MODEL = /(?:^|[./])anthropic\.claude/

/** Other servers of a maker's API refuse members that they do not know: OpenAI's key, Anthropic's mark at the top. */
function takesAllMarks({ api, name, host, model = '' }: Destination): boolean {
  if (api === 'anthropic' && PLATFORMS.test(host)) return true
  return isMaker({ name, host }, api) && !LEGACY_BEDROCK.test(host) && !BEDROCK_MODEL.test(model)
}

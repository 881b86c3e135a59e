/** From the name in a request to what is known of the model. */

import type { Billing, ModelCard } from './card.ts'
import { byPrefix, longestPrefix } from './family.ts'
import { CACHES, FALLBACKS, FAMILIES, KNOWN_MODELS, PRICES } from './models.gen.ts'
import { readName } from './normalise.ts'

/** A longer name is nobody's model; it is not worth a look. */
const MAX_NAME = 256
/** Callers choose the names: what is remembered is bounded, and forgotten all at once when full. */
const MAX_REMEMBERED = 512

const FAMILY_OF_PREFIX = byPrefix(FAMILIES)
const CACHE_OF_PREFIX = byPrefix(CACHES)
const PRICES_OF_NAME = new Map(Object.entries(PRICES))

const remembered = new Map<string, ModelCard | undefined>()

/**
 * The card of the model that a request names: `gpt-4o`, `openai/gpt-4o-2024-08-06`, `ft:gpt-4o-mini-2024-07-18:org::id`,
 * `us.anthropic.claude-sonnet-4-5-20250929-v1:0`, `claude-opus-4-1@20250805`, `llama3.2:3b`.
 * @returns undefined when no family is known, or the name is longer than any model's
 */
export function resolveModel(name: string): ModelCard | undefined {
  if (name.length > MAX_NAME) return undefined
  if (remembered.has(name)) return remembered.get(name)
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  const card = cardOf(name)
  remembered.set(name, card)
  return card
}

/** The models that are known by name, provider by provider. */
export function listModels(): readonly ModelCard[] {
  return KNOWN_MODELS.map(resolveModel).filter((card) => card !== undefined)
}

/** How to count for a model that no family is known of, by the provider API it was asked through. */
export function fallbackBilling(provider: string | undefined): Billing {
  return provider === 'anthropic' ? FALLBACKS.anthropic : FALLBACKS.otherwise
}

function cardOf(given: string): ModelCard | undefined {
  const { name, dated, isTuned } = readName(given)
  const family = longestPrefix(FAMILY_OF_PREFIX, name)
  if (family === undefined) return undefined
  // A model of one's own has a price of its own.
  const prices = isTuned ? undefined : (PRICES_OF_NAME.get(dated) ?? PRICES_OF_NAME.get(name))
  const cache = longestPrefix(CACHE_OF_PREFIX, name)?.rules
  return {
    name,
    family: family.name,
    provider: family.provider,
    billing: family.billing,
    ...(prices && { prices }),
    ...(cache && { cache }),
  }
}

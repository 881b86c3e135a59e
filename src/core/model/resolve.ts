/**
 * Resolves the model name of a request to a model card. Module-level memory: the last 512 names, which clients choose,
 * of at most 256 characters each; the user's price table, if there is one.
 */

import type { Billing, ModelCard } from './card.ts'
import { byPrefix, isModelEnd, longestPrefix } from './family.ts'
import { CACHES, FALLBACKS, FAMILIES, KNOWN_MODELS, PRICES, RESOLD, RETIRED } from './models.gen.ts'
import { readName } from './normalise.ts'
import { withOverlay } from './overlay/choose.ts'
import type { PriceOverlay } from './overlay/overlay.ts'

/** A longer name is not a model name; it is not looked up. */
const MAX_NAME = 256
/** Clients choose the names, so the memory is limited. It is cleared when full. */
const MAX_REMEMBERED = 512

const FAMILY_OF_PREFIX = byPrefix(FAMILIES)
const CACHE_OF_PREFIX = byPrefix(CACHES)
const PRICES_OF_NAME = new Map(Object.entries(PRICES))
const RETIRED_NAMES = new Map(Object.entries(RETIRED))
const RESOLD_NAMES = new Map(Object.entries(RESOLD))

const cards = new Map<string, ModelCard | undefined>()
/** One for the process: what a model costs does not depend on the call. */
let overlay: PriceOverlay | undefined

/** Uses a table of the user's for all calls to come; undefined: the built-in cards alone. Called at start. */
export function usePriceOverlay(table: PriceOverlay | undefined): void {
  overlay = table
  cards.clear()
}

/**
 * The card of the model that a request names: `gpt-4o`, `openai/gpt-4o-2024-08-06`,
 * `ft:gpt-4o-mini-2024-07-18:org::id`,
 * `us.anthropic.claude-sonnet-4-5-20250929-v1:0`, `claude-opus-4-1@20250805`, `llama3.2:3b`.
 * @returns undefined when no family is known, or the name is too long for a model name
 */
export function resolveModel(name: string): ModelCard | undefined {
  if (name.length > MAX_NAME) return undefined
  if (cards.has(name)) return cards.get(name)
  if (cards.size >= MAX_REMEMBERED) cards.clear()
  const card = cardOf(name, overlay)
  cards.set(name, card)
  return card
}

/** The models known by name, ordered by provider; then the names that only the user's table has prices of. */
export function listModels(): readonly ModelCard[] {
  const known = KNOWN_MODELS.map(resolveModel).filter((card) => card !== undefined)
  return [...known, ...overlayCards(new Set(KNOWN_MODELS))]
}

function overlayCards(known: ReadonlySet<string>): readonly ModelCard[] {
  const names = [...(overlay?.prices.keys() ?? [])].filter((name) => !known.has(name))
  return names.sort().flatMap((name) => {
    const card = resolveModel(name)
    return card?.prices.some(({ isOverlay }) => isOverlay) ? [{ ...card, name }] : []
  })
}

/** The billing assumed for a model without a known family. @param like a fallback of models.yaml */
export function fallbackBilling(like: keyof typeof FALLBACKS): Billing {
  return FALLBACKS[like]
}

/**
 * The card with some table, or with none.
 * @param given at most 256 characters
 */
export function cardOf(given: string, table: PriceOverlay | undefined): ModelCard | undefined {
  const { name, dated, isTuned } = readName(given)
  const family = longestPrefix(FAMILY_OF_PREFIX, name)
  if (family === undefined) return undefined
  // Fine-tuned models have other prices.
  const prices = isTuned ? undefined : (PRICES_OF_NAME.get(dated) ?? PRICES_OF_NAME.get(name))
  const retired = RETIRED_NAMES.get(dated) ?? RETIRED_NAMES.get(name)
  const resold = isTuned ? undefined : RESOLD_NAMES.get(name)
  const card = {
    name,
    family: family.name,
    provider: family.provider,
    billing: family.billing,
    prices: prices ?? [],
    cache: (CACHE_OF_PREFIX.get(dated) ?? longestPrefix(CACHE_OF_PREFIX, name, isModelEnd))?.rules ?? [],
    ...(resold !== undefined && { resold }),
    ...(retired !== undefined && { retired }),
  }
  return isTuned ? card : withOverlay(card, dated, table)
}

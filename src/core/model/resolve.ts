/** From the name in a request to what is known of the model. */

import type { ModelCard } from './card.ts'
import { FAMILIES, type Family } from './families.ts'
import { KNOWN_MODELS } from './models.ts'
import { normaliseName } from './normalise.ts'

/** A longer name is nobody's model; it is not worth a look. */
const MAX_NAME = 256
/** Callers choose the names: what is remembered is bounded, and forgotten all at once when full. */
const MAX_REMEMBERED = 512

const FAMILY_OF_PREFIX: ReadonlyMap<string, Family> = new Map(
  FAMILIES.flatMap((family) => family.prefixes.map((prefix) => [prefix, family] as const)),
)

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
  const card = cardOf(normaliseName(name))
  remembered.set(name, card)
  return card
}

/** The models that are known by name, provider by provider. */
export function listModels(): readonly ModelCard[] {
  return KNOWN_MODELS.map(resolveModel).filter((card) => card !== undefined)
}

/** The family with the longest prefix that `name` starts with. */
function cardOf(name: string): ModelCard | undefined {
  for (let length = name.length; length > 0; length--) {
    const family = FAMILY_OF_PREFIX.get(name.slice(0, length))
    if (family === undefined || !isBoundary(name, length)) continue
    return { name, family: family.name, provider: family.provider, billing: family.billing }
  }
  return undefined
}

/** `gpt-4` is no prefix of `gpt-4o` nor of `gpt-45`; `llama` is one of `llama3`, and `gpt-4.` of `gpt-4.9`. */
function isBoundary(name: string, at: number): boolean {
  return !/^(?:.[a-z]|\d\d)/.test(name.slice(at - 1, at + 1))
}

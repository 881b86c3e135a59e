/** From a request's model to the counter for what its provider will bill. */

import type { ProviderDialect } from '../dialect/index.ts'
import { type Billing, fallbackBilling, resolveModel } from '../model/index.ts'
import type { TokenCounter, Vocabularies } from './tokenizer.ts'

const counters = new WeakMap<Vocabularies, Map<Billing, TokenCounter>>()

/**
 * The counter for a model; one and the same for all models that are billed alike.
 * @param provider whose API the request speaks: what to assume of a model that is unknown or not named
 */
export function resolveCounter(
  model: string | undefined,
  provider: ProviderDialect | undefined,
  vocabularies: Vocabularies,
): TokenCounter {
  const card = model === undefined ? undefined : resolveModel(model)
  const billing = card?.billing ?? fallbackBilling(provider)
  const known = counters.get(vocabularies) ?? new Map<Billing, TokenCounter>()
  const counter = known.get(billing) ?? createCounter(billing, vocabularies)
  counters.set(vocabularies, known.set(billing, counter))
  return counter
}

/** Nothing is loaded before the first text is counted. */
function createCounter({ vocabulary, content, tools }: Billing, vocabularies: Vocabularies): TokenCounter {
  return {
    vocabulary,
    accuracy: content.accuracy,
    toolsAccuracy: tools.accuracy,
    content: (text) => content.factor * vocabularies.get(vocabulary).count(text),
    tools: (json) => (json === '' ? 0 : tools.factor * vocabularies.get(vocabulary).count(json) + tools.overhead),
    get judges() {
      if (content.accuracy === 'exact') return [vocabularies.get(vocabulary)]
      return [vocabularies.get('o200k_base'), vocabularies.get('cl100k_base')]
    },
  }
}

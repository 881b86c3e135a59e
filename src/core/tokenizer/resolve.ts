/**
 * Resolves a model to the counter of its billed tokens. Module-level memory: one counter per billing and
 * `Vocabularies`, a dozen objects without text.
 */

import { PROVIDER_APIS, type ProviderDialect } from '../dialect/index.ts'
import { type Billing, fallbackBilling, resolveModel } from '../model/index.ts'
import { type Counted, countingBy, type TokenCounter, type Vocabularies } from './tokenizer.ts'

const counters = new WeakMap<Vocabularies, Map<Billing, TokenCounter>>()

/**
 * The counter for a model. Models with the same billing share one.
 * @param provider the API of the request; it selects the billing of an unknown or unnamed model
 */
export function resolveCounter(
  model: string | undefined,
  provider: ProviderDialect | undefined,
  vocabularies: Vocabularies,
): TokenCounter {
  const card = model === undefined ? undefined : resolveModel(model)
  const billing =
    card?.billing ?? fallbackBilling(provider === undefined ? 'otherwise' : PROVIDER_APIS[provider].unknownModel)
  const known = counters.get(vocabularies) ?? new Map<Billing, TokenCounter>()
  const counter = known.get(billing) ?? createCounter(billing, vocabularies)
  counters.set(vocabularies, known.set(billing, counter))
  return counter
}

/** Loads no vocabulary before the first text is counted. */
function createCounter({ vocabulary, content, tools }: Billing, vocabularies: Vocabularies): TokenCounter {
  return {
    vocabulary,
    accuracy: content.accuracy,
    toolsAccuracy: tools.accuracy,
    content: (text) => content.factor * vocabularies.get(vocabulary).count(text),
    schema: (json) => tools.factor * vocabularies.get(vocabulary).count(json),
    tools: (json) => (json === '' ? 0 : tools.factor * vocabularies.get(vocabulary).count(json) + tools.overhead),
    *counting(what, text, allowedWork) {
      const tokenizer = vocabularies.get(vocabulary)
      const counted: Counted = yield* countingBy(tokenizer, text, allowedWork)
      const factor = what === 'content' ? content.factor : tools.factor
      const overhead = what === 'tools' && text !== '' ? tools.overhead * counted.share : 0
      return { ...counted, tokens: factor * counted.tokens + overhead }
    },
    get judges() {
      if (content.accuracy === 'exact') return [vocabularies.get(vocabulary)]
      return [vocabularies.get('o200k_base'), vocabularies.get('cl100k_base')]
    },
  }
}

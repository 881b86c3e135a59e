/** Real token counters, from the tables that the build made. */

import { createVocabularies, resolveCounter, type TokenCounter } from '../../src/core/tokenizer/index.ts'
import { readTokenTable } from '../../src/tables/index.ts'

export const vocabularies = createVocabularies(readTokenTable)

/** Counts by the model's own tokenizer alone. */
export const exactCounter: TokenCounter = resolveCounter('gpt-4o', 'openai', vocabularies)

/** A candidate must be smaller in o200k, cl100k, with single spaces, and in bytes. */
export const approximateCounter: TokenCounter = resolveCounter('claude-sonnet-4-5', 'anthropic', vocabularies)

/** Counts one token per UTF-16 unit, so that cases can be computed by hand. */
export const unitCounter: TokenCounter = {
  accuracy: 'exact',
  toolsAccuracy: 'approx',
  vocabulary: 'o200k_base',
  content: (text) => text.length,
  tools: (json) => json.length,
  schema: (json) => json.length,
  judges: [{ name: 'o200k_base', count: (text) => text.length }],
}

/** What the rest of core knows of counting tokens. */

import type { Accuracy, VocabularyName } from '../model/index.ts'

/** One vocabulary's engine. Counting is linear in the text. */
export interface Tokenizer {
  readonly name: VocabularyName
  /**
   * Tokens of `text`, special-token look-alikes counted as plain text, as js-tiktoken's `encode(text, [], [])`.
   * A lone surrogate counts as U+FFFD, which is what any UTF-8 encoder would put on the wire for it.
   */
  count(text: string): number
}

/** Vocabularies by name, each loaded on first use. */
export interface Vocabularies {
  /** @throws M2MError TABLES_MISSING when the table is absent, damaged or another program's. */
  get(name: VocabularyName): Tokenizer
}

/** How one model's provider bills text. A request's accuracy is that of its worst part. */
export interface TokenCounter {
  /** Of `content`. */
  readonly accuracy: Accuracy
  /** Of `tools`: never `exact`, since providers render the definitions in a form of their own. */
  readonly toolsAccuracy: Accuracy
  /** The vocabulary counted in; for families without a public one, the nearest. */
  readonly vocabulary: VocabularyName
  /** Billed tokens of message text (estimate by family unless `exact`): `factor x count`, not rounded per text. */
  content(text: string): number
  /** Billed tokens of the tool definitions' JSON source; 0 for an empty string. */
  tools(json: string): number
  /** The engines in which a candidate must win: one for an exact model, o200k and cl100k for any other. */
  readonly judges: readonly Tokenizer[]
}

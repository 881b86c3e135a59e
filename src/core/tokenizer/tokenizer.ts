/** The interfaces of token counting. */

import type { Accuracy, VocabularyName } from '../model/index.ts'

/** The engine of one vocabulary. Counting takes linear time. */
export interface Tokenizer {
  readonly name: VocabularyName
  /**
   * Tokens of `text`, equal to js-tiktoken's `encode(text, [], [])`: special tokens in it count as plain text. A lone
   * surrogate counts as U+FFFD, because every UTF-8 encoder writes it so.
   */
  count(text: string): number
}

const WORST_LAST: readonly Accuracy[] = ['exact', 'approx', 'heuristic']

/** The accuracy of a whole is that of its least accurate part. */
export function worse(a: Accuracy, b: Accuracy): Accuracy {
  return WORST_LAST.indexOf(a) > WORST_LAST.indexOf(b) ? a : b
}

/** Vocabularies by name, each loaded on first use. */
export interface Vocabularies {
  /** @throws M2MError TABLES_MISSING when the table is absent, damaged or of another version */
  get(name: VocabularyName): Tokenizer
}

/** Counts the tokens that a model's provider bills. The accuracy of a request is that of its worst part. */
export interface TokenCounter {
  /** The accuracy of `content`. */
  readonly accuracy: Accuracy
  /** The accuracy of `tools`: never `exact`, because providers render the definitions in a private form. */
  readonly toolsAccuracy: Accuracy
  /** The vocabulary used; the nearest one for families without a public vocabulary. */
  readonly vocabulary: VocabularyName
  /** Billed tokens of message text: `factor x count`, not rounded. An estimate by family unless `exact`. */
  content(text: string): number
  /** Billed tokens of the tool definitions' JSON source; 0 for an empty string. */
  tools(json: string): number
  /** Billed tokens of a schema's JSON source: as tool definitions, without what a provider adds once for having any. */
  schema(json: string): number
  /** The engines in which a candidate must be smaller: one for an exact model, o200k and cl100k for all others. */
  readonly judges: readonly Tokenizer[]
}

/** What the rest of core knows of counting tokens. */

/** exact: the model's own tokenizer; approx: calibrated on at least 30 billed calls; heuristic: a guess by family. */
export type Accuracy = 'exact' | 'approx' | 'heuristic'

export type VocabularyName = 'o200k_base' | 'cl100k_base'

/** One vocabulary's engine. Counting is linear in the text. */
export interface Tokenizer {
  readonly name: VocabularyName
  /** Tokens of `text`, special-token look-alikes counted as plain text, as js-tiktoken's `encode(text, [], [])`. */
  count(text: string): number
}

/** Vocabularies by name, each loaded on first use. */
export interface Vocabularies {
  get(name: VocabularyName): Tokenizer
}

/** How one model's provider bills text. */
export interface TokenCounter {
  readonly accuracy: Accuracy
  /** The vocabulary counted in; for families without a public one, the nearest. */
  readonly vocabulary: VocabularyName
  /** Billed tokens of message text (estimate by family unless `exact`): `factor x count`, not rounded per text. */
  content(text: string): number
  /** Billed tokens of the tool definitions' JSON source; 0 for an empty string. */
  tools(json: string): number
  /** The engines in which a candidate must win: one for an exact model, o200k and cl100k for any other. */
  readonly judges: readonly Tokenizer[]
}

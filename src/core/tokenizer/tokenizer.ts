/** The interfaces of token counting. */

import type { Accuracy, VocabularyName } from '../model/index.ts'
import type { Steps } from '../steps.ts'

/** The engine of one vocabulary. Counting takes linear time. */
export interface Tokenizer {
  readonly name: VocabularyName
  /**
   * Tokens of `text`, equal to js-tiktoken's `encode(text, [], [])`: special tokens in it count as plain text. A lone
   * surrogate counts as U+FFFD, because every UTF-8 encoder writes it so.
   */
  count(text: string): number
  /** The same in steps, and no further than is allowed. Absent: a text is counted in one go. */
  counting?(text: string, allowedWork: number): Steps<Counted>
}

/** A count that may end early. */
export interface Counted {
  /** Of the part that was counted. */
  readonly tokens: number
  /** How much of the text that is: 1 for all of it, and then the count is exact. */
  readonly share: number
  /** What it took: one for a byte of ordinary text, more for one that is in no known word. */
  readonly work: number
}

/** UTF-16 units from which on steps are worth their cost: some milliseconds of the most hostile text. */
export const LONG_TEXT = 8192

/** Counts in steps where that is worth it. */
export function* countingBy(tokenizer: Tokenizer, text: string, allowedWork: number): Steps<Counted> {
  if (tokenizer.counting !== undefined && text.length >= LONG_TEXT) return yield* tokenizer.counting(text, allowedWork)
  return { tokens: tokenizer.count(text), share: 1, work: text.length }
}

/** Counts billed tokens in steps where that is worth it. */
export function* countingAs(
  counter: TokenCounter,
  { what, text }: { readonly what: CountedAs; readonly text: string },
  allowedWork: number,
): Steps<Counted> {
  if (counter.counting !== undefined && text.length >= LONG_TEXT)
    return yield* counter.counting(what, text, allowedWork)
  return { tokens: counter[what](text), share: 1, work: text.length }
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
  /** What those that are loaded keep beside their tables, which never changes: counts of short pieces, a buffer. */
  readonly bytes: number
}

export type CountedAs = 'content' | 'tools' | 'schema'

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
  /**
   * A text as one of these three count it, in steps, and no further than is allowed. The tokens are billed tokens.
   * Absent: it is counted in one go.
   */
  counting?(what: CountedAs, text: string, allowedWork: number): Steps<Counted>
  /** The engines in which a candidate must be smaller: one for an exact model, o200k and cl100k for all others. */
  readonly judges: readonly Tokenizer[]
}

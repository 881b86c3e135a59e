/** The contract of a technique: a reversible encoding of a block in fewer tokens. */

import type { EarlierBlocks } from './earlier/earlier-blocks.ts'

/**
 * What an encoding preserves (docs/spec/compression.md, The same content).
 * string: the same code units. json: the same value, number lexemes, key order and duplicate keys; only insignificant
 * white space may differ. screen: the text that a terminal shows; a marker reports frames that it no longer shows.
 * none: content is lost for good, and a marker reports it; only the profile Aggressive has such techniques.
 */
export type Equivalence = 'string' | 'json' | 'screen' | 'none'

export interface NamedTechnique {
  /** Kebab-case; used in reports, metrics and span attributes. */
  readonly name: string
  readonly equivalence: Equivalence
  /**
   * Would `decode` accept this text? Such a block is sent unchanged, so that no text needs escaping. False for
   * techniques whose output is its own decoding (minify, clean-up).
   */
  recognises(text: string): boolean
}

export interface Technique extends NamedTechnique {
  /**
   * The share by which its result must be smaller than the block and than every other form: the price of a form that is
   * read less well (docs/reading.md). Absent: any form that passes the gate competes by its tokens.
   */
  readonly advantage?: number
  /**
   * Does it only open a text for the forms of the next step? Then it need not be shorter by itself: the result of all
   * steps is judged.
   */
  readonly isOpener?: boolean
  /**
   * Returns a shorter encoding of `text`, or undefined when it finds none. A pure function of its argument, with linear
   * cost. The caller checks size and equivalence (gate.ts, verify.ts).
   */
  encode(text: string): string | undefined
  /**
   * Restores a text equivalent to the encoded one.
   * @returns undefined when `text` is not in this technique's form; never a wrong text
   */
  decode(text: string): string | undefined
}

/** Facts about the text that a technique across blocks encodes. */
export interface AcrossOptions {
  /**
   * Does each line stand for itself? Lines in a form of ours depend on its head: they are referred to together, or not
   * at all.
   */
  readonly isPlain: boolean
  /** Is the reference enough smaller than the run to replace it? */
  isWorth(run: string, reference: string): boolean
}

/**
 * A technique that replaces text by references to earlier blocks of the same request. It recognises its form in any
 * request.
 */
export interface AcrossTechnique extends NamedTechnique {
  /** As a technique's `encode`: a pure function of the text and the earlier blocks. */
  encode(text: string, earlier: EarlierBlocks, options: AcrossOptions): string | undefined
  /** @param earlier the earlier blocks as they were sent */
  decode(text: string, earlier: EarlierBlocks): string | undefined
}

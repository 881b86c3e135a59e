/** The contract of a technique: one way to say a block in fewer tokens, with its decoder. */

import type { EarlierBlocks } from './earlier/earlier-blocks.ts'

/**
 * What stays the same (spec: prompt-compression 1.5).
 * string: the same code units. json: the same value, number lexemes, key order and duplicate keys; only insignificant
 * white space may differ. screen: what a terminal would show. none: something is gone for good, and a marker says so;
 * only the profile Aggressive holds such techniques.
 */
export type Equivalence = 'string' | 'json' | 'screen' | 'none'

export interface NamedTechnique {
  /** Kebab-case; stands in reports, metrics and span attributes. */
  readonly name: string
  readonly equivalence: Equivalence
  /**
   * Would `decode` take this text for its own? A block that does passes unchanged, so that nothing needs escaping.
   * False for techniques whose output is its own decoding (minify, clean-up).
   */
  recognises(text: string): boolean
}

export interface Technique extends NamedTechnique {
  /**
   * Says `text` in another way, or returns undefined when it has nothing to say. A pure function of its argument,
   * linear in it. Not gated and not verified: both are the caller's (gate.ts, verify.ts).
   */
  encode(text: string): string | undefined
  /**
   * Brings back a text equivalent to the one that was encoded.
   * @returns undefined when `text` is not of this technique's form; never a wrong text
   */
  decode(text: string): string | undefined
}

/** What a technique across blocks must know of the text that it encodes. */
export interface AcrossOptions {
  /** Do its lines mean what they say? Those in a form of ours mean something by its head, and go together or not at all. */
  readonly isPlain: boolean
  /** Is the second text so much smaller than the first that it may stand for it? */
  isWorth(run: string, reference: string): boolean
}

/** A technique that says a block by what stands in earlier blocks of the same request. It recognises its form whatever those are. */
export interface AcrossTechnique extends NamedTechnique {
  /** As a technique's `encode`, and a pure function of the earlier blocks as well. */
  encode(text: string, earlier: EarlierBlocks, options: AcrossOptions): string | undefined
  /** @param earlier the earlier blocks as they were sent */
  decode(text: string, earlier: EarlierBlocks): string | undefined
}

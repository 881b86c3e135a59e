/** The result of the steps so far for a block. */

import type { Steps } from '../../steps.ts'
import type { TokenCounter } from '../../tokenizer/index.ts'
import type { NamedTechnique, Technique } from '../technique.ts'
import type { Size } from './gate.ts'
import { type Encoding, type KnownText, KnownTexts } from './known-text.ts'

/** A technique that was used, and the tokens that it saved in the counter's vocabulary. */
export interface Applied {
  readonly technique: NamedTechnique
  readonly savedTokens: number
}

/** The draft and the technique that a draft was made from, and the technique's result. */
interface Made {
  readonly from: Draft
  readonly by: Technique
  readonly encoding: Encoding
}

export class Draft {
  readonly text: string
  readonly #texts: KnownTexts
  readonly #known: KnownText
  /** Undefined for the original. */
  readonly #made: Made | undefined
  readonly #after = new Map<Technique, Draft | undefined>()
  /** Undefined until it is asked for, even where the text was measured for another draft. */
  #size: Size | undefined

  constructor(text: string, texts: KnownTexts, made?: Made) {
    this.text = text
    this.#texts = texts
    this.#known = texts.of(text)
    this.#made = made
  }

  /** Measured on first use: most blocks have no candidate, and need no count. */
  get size(): Size {
    this.#size ??= this.#known.size
    return this.#size
  }

  /** Measures it in steps, where it is not measured yet. */
  *measuring(): Steps<Size> {
    this.#size ??= yield* this.#known.measuring()
    return this.#size
  }

  /** Its units other than white space and control characters. */
  get inked(): number {
    return this.#known.traits.inked
  }

  /** The advantage that its last technique needs over the text before it and over other forms. */
  get advantage(): number {
    return this.#made?.by.advantage ?? 0
  }

  /** Need its last technique save nothing by itself? */
  get isOpened(): boolean {
    return this.#made?.by.isOpener === true
  }

  /** The techniques that were used, in order. Reading them counts nothing. */
  get techniques(): readonly Technique[] {
    return this.#made === undefined ? [] : [...this.#made.from.techniques, this.#made.by]
  }

  /** In the order in which they were used. */
  get applied(): readonly Applied[] {
    let applied: Applied[] = []
    let tokens = this.size[0]
    for (let draft: Draft = this; draft.#made !== undefined; draft = draft.#made.from) {
      const before = draft.#made.from.#tokensAbove(tokens, draft.text.length)
      const [next, ...others] = applied
      // What opening a text costs is paid by the form that it was opened for.
      const loss = Math.min(0, before - tokens)
      if (next !== undefined) applied = [{ ...next, savedTokens: next.savedTokens + loss }, ...others]
      applied = [{ technique: draft.#made.by, savedTokens: before - tokens - loss }, ...applied]
      tokens = before
    }
    return applied
  }

  /** Its tokens; if never counted, interpolated by length between the last counted draft and the next one. */
  #tokensAbove(tokens: number, length: number): number {
    if (this.#size !== undefined || this.#made === undefined) return this.size[0]
    let counted: Draft = this
    while (counted.#size === undefined && counted.#made !== undefined) counted = counted.#made.from
    const units = counted.text.length - length
    const share = units > 0 ? (this.text.length - length) / units : 1
    return tokens + Math.round(share * (counted.size[0] - tokens))
  }

  /** Does it decode to the draft that it was made from? */
  get isVerified(): boolean {
    return this.#made?.encoding.isVerified === true
  }

  /** Would the technique decode it? */
  isRecognisedBy(technique: NamedTechnique): boolean {
    return this.#known.isRecognisedBy(technique)
  }

  /** This draft after one more technique, or undefined when that finds no shorter encoding. Encoded once. */
  after(technique: Technique): Draft | undefined {
    if (!this.#after.has(technique)) {
      const encoding = this.#known.encoded(technique)
      const made = encoding && { from: this, by: technique, encoding }
      this.#after.set(technique, made && new Draft(made.encoding.text, this.#texts, made))
    }
    return this.#after.get(technique)
  }
}

/** The drafts of one block: those that several plans start from are made once. */
export class Drafts {
  readonly #texts: KnownTexts
  readonly #byText = new Map<string, Draft>()

  constructor(counter: TokenCounter) {
    this.#texts = new KnownTexts(counter)
  }

  of(text: string): Draft {
    const draft = this.#byText.get(text) ?? new Draft(text, this.#texts)
    this.#byText.set(text, draft)
    return draft
  }
}

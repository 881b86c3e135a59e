/**
 * What is known of a text while one block is compressed. Several drafts have the same text: those of another plan, and
 * the result that is tried once more. None is encoded, verified, recognised or measured twice.
 */

import type { Steps } from '../../steps.ts'
import type { TokenCounter } from '../../tokenizer/index.ts'
import type { NamedTechnique, Technique } from '../technique.ts'
import { type Size, sizeOf, sizing } from './gate.ts'
import { isVerified } from './verify.ts'
import { type Traits, traitsOf, WorkBudget } from './work-budget.ts'

/** A candidate for a text, by one technique. */
export interface Encoding {
  readonly text: string
  /** Does it decode to the text? Told when it is first asked for. */
  readonly isVerified: boolean
}

export class KnownText {
  readonly text: string
  readonly #counter: TokenCounter
  readonly #budget: WorkBudget
  readonly #encodings = new Map<Technique, Encoding | undefined>()
  readonly #recognised = new Map<NamedTechnique, boolean>()
  #size: Size | undefined
  #traits: Traits | undefined

  constructor(text: string, counter: TokenCounter, budget: WorkBudget) {
    this.text = text
    this.#counter = counter
    this.#budget = budget
  }

  get size(): Size {
    this.#size ??= sizeOf(this.text, this.#counter)
    return this.#size
  }

  /** As `size`, in steps. */
  *measuring(): Steps<Size> {
    this.#size ??= yield* sizing(this.text, this.#counter)
    return this.#size
  }

  get traits(): Traits {
    this.#traits ??= traitsOf(this.text)
    return this.#traits
  }

  /**
   * The text in the form of a technique; undefined when that finds no shorter encoding, or when it is more work than is
   * left for the block.
   */
  encoded(technique: Technique): Encoding | undefined {
    if (!this.#encodings.has(technique)) this.#encodings.set(technique, this.#encode(technique))
    return this.#encodings.get(technique)
  }

  /** Would the technique decode it? */
  isRecognisedBy(technique: NamedTechnique): boolean {
    const known = this.#recognised.get(technique)
    if (known !== undefined) return known
    const isRecognised = technique.recognises(this.text)
    this.#recognised.set(technique, isRecognised)
    return isRecognised
  }

  /** The same candidate, found by another encoder of the same form: it is verified once. */
  #encodedBy({ decode, equivalence }: Technique, text: string): Encoding | undefined {
    for (const [other, encoding] of this.#encodings) {
      if (encoding?.text === text && other.decode === decode && other.equivalence === equivalence) return encoding
    }
    return undefined
  }

  #encode(technique: Technique): Encoding | undefined {
    const source = this.text
    if (!this.#budget.take(technique.name, this.traits)) return undefined
    const text = technique.encode(source)
    if (text === undefined) return undefined
    const twin = this.#encodedBy(technique, text)
    if (twin !== undefined) return twin
    return new Encoded(technique, source, text)
  }
}

/** A class: a literal with a getter would keep both texts until a full collection. */
class Encoded implements Encoding {
  readonly text: string
  readonly #technique: Technique
  readonly #source: string
  #isVerified: boolean | undefined

  constructor(technique: Technique, source: string, text: string) {
    this.text = text
    this.#technique = technique
    this.#source = source
  }

  get isVerified(): boolean {
    this.#isVerified ??= isVerified(this.#technique, this.#source, this.text)
    return this.#isVerified
  }
}

/** The texts of one block. */
export class KnownTexts {
  readonly #counter: TokenCounter
  readonly #budget = new WorkBudget()
  readonly #byText = new Map<string, KnownText>()

  constructor(counter: TokenCounter) {
    this.#counter = counter
  }

  of(text: string): KnownText {
    let known = this.#byText.get(text)
    if (known === undefined) {
      known = new KnownText(text, this.#counter, this.#budget)
      this.#byText.set(text, known)
    }
    return known
  }
}

/** What the steps have made of a block so far. */

import type { TokenCounter } from '../../tokenizer/index.ts'
import type { NamedTechnique, Technique } from '../technique.ts'
import { type Size, sizeOf } from './gate.ts'

/** A technique that was used, and the tokens it saved in the counter's vocabulary. */
export interface Applied {
  readonly technique: NamedTechnique
  readonly savedTokens: number
}

export class Draft {
  readonly text: string
  readonly #counter: TokenCounter
  /** The draft it was made of, and how. */
  readonly #made: { readonly from: Draft; readonly by: Technique } | undefined
  #size: Size | undefined

  constructor(text: string, counter: TokenCounter, made?: { from: Draft; by: Technique }) {
    this.text = text
    this.#counter = counter
    this.#made = made
  }

  /** Measured when first asked for: most blocks have no candidate, and need none. */
  get size(): Size {
    this.#size ??= sizeOf(this.text, this.#counter)
    return this.#size
  }

  /** In the order in which they were used. */
  get applied(): readonly Applied[] {
    if (this.#made === undefined) return []
    const { from, by } = this.#made
    return [...from.applied, { technique: by, savedTokens: (from.size[0] as number) - (this.size[0] as number) }]
  }

  /** This draft after one more technique, or undefined when that has nothing to say. */
  after(technique: Technique): Draft | undefined {
    const text = technique.encode(this.text)
    return text === undefined ? undefined : new Draft(text, this.#counter, { from: this, by: technique })
  }
}

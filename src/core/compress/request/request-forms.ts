/** What a conversation was sent before decides about the forms of its results (src/core/pins makes the decision). */

import type { Block } from '../../dialect/index.ts'
import type { Tokenizer, VocabularyName } from '../../tokenizer/index.ts'

/**
 * policy: as the profile encodes it. other: the same, for a result that the provider has seen in another form: whoever its
 * reader is, it was rewritten once. as-came: unchanged. Numbers: the formats that it was sent in before, one after the
 * other (formats.ts).
 */
export type Choice = 'policy' | 'other' | 'as-came' | readonly number[]

export interface RequestForms {
  /** The form of one of the request's blocks. */
  of(block: Block): Choice
  /** Is there a block whose form is given by numbers? */
  readonly keepsForms: boolean
  /** Is there a block that may not go out as it came, whatever the mode is? */
  readonly isWriting: boolean
  /**
   * Takes the form of a block that was encoded as the policy wants: format numbers. All others go out as they came.
   * @returns false when it cannot be remembered, and so must not be sent
   */
  rewritten(block: Block, formats: readonly number[]): boolean
  /** Nothing is sent encoded as the policy wants after all. */
  nothingRewritten(): void
  /** The vocabulary that weighed references when they were written first. */
  vocabulary(name: VocabularyName): Tokenizer
}

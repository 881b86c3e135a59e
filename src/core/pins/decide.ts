/**
 * The one decision about forms: what is known of a conversation and what the policy wants decide how a result is sent
 * (docs/conversations.md, provider-contracts PC-1 to PC-3). Pure.
 */

import type { Choice } from '../compress/index.ts'

/**
 * The form that a result was first sent in. as-came: unchanged. unpinned: changed or not, an operator has said that it is
 * sent as it came from now on, and that a provider's refusal is not healed. Numbers: formats of the engine.
 */
export type Pin = 'as-came' | 'unpinned' | readonly number[]

export interface Known {
  /** Undefined for a result that this process was never asked to send. */
  readonly pin: Pin | undefined
  /** Nothing of the model stands after it: no reasoning is bound to it. */
  readonly isNew: boolean
  /** The history holds reasoning, which providers bind to the bytes before it. */
  readonly hasReasoning: boolean
  /** The provider has said that this result had another form before. */
  readonly isRefused: boolean
}

/**
 * A result that the model has not answered yet follows the policy. All others keep their form, and so does one that is
 * sent again in a history with reasoning: the client asks for another answer, and the first one's reasoning is bound to it.
 * @param isRewriting does the policy want new results encoded?
 */
export function formOf(known: Known, isRewriting: boolean): Choice {
  const { pin, isNew, hasReasoning, isRefused } = known
  if (isRefused) return pin === undefined || pin === 'as-came' ? 'other' : 'as-came'
  if (pin !== undefined && !isFree(known)) return pin === 'unpinned' ? 'as-came' : pin
  // Without reasoning a wrong guess costs a cold cache at most, and the deterministic form is right after a restart.
  return isRewriting && (isNew || !hasReasoning) ? 'policy' : 'as-came'
}

/** Is a result that was sent before as free as one that was not? */
function isFree({ pin, isNew, hasReasoning }: Known): boolean {
  return isNew && (pin === 'unpinned' || !hasReasoning)
}

/** The text and the tokens that the provider bills for one span of a body. */

import type { BilledSpan } from '../../dialect/index.ts'
import { type JsonTape, sourceOf, textOf } from '../../json/index.ts'
import type { CountedAs } from '../../tokenizer/index.ts'

/** A string's value; the source text of anything else. */
export function billedText(tape: JsonTape, { node, what }: BilledSpan): string {
  return (what === 'tools' ? undefined : textOf(tape, node)) ?? sourceOf(tape, node)
}

/** How a provider counts such a span. */
export function countedAs({ what }: BilledSpan): CountedAs {
  return what === 'call' ? 'content' : what
}

/**
 * The formula behind all percentages (docs/spec/tokens.md, The formula of savings): tokens(content) + tokens(call names
 * and arguments) + 0.62 x tokens(tools JSON), in o200k, without overhead per message. It is the same for all models.
 */

import type { ReadBody } from '../core/dialect/index.ts'
import { sourceOf, textOf } from '../core/json/index.ts'
import type { Tokenizer } from '../core/tokenizer/index.ts'

const TOOLS_FACTOR = 0.62

/** Counts requests. Use one counter per session: its texts are repeated in every turn, and are counted once. */
export function createFormula(o200k: Tokenizer): (read: ReadBody) => number {
  const counted = new Map<string, number>()
  const count = (text: string): number => {
    const known = counted.get(text) ?? o200k.count(text)
    counted.set(text, known)
    return known
  }
  return ({ tape, facts }) =>
    facts.billed.reduce((sum, { node, what }) => {
      if (what === 'tools' || what === 'schema') return sum + TOOLS_FACTOR * count(sourceOf(tape, node))
      return sum + count(textOf(tape, node) ?? sourceOf(tape, node))
    }, 0)
}

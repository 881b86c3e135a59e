/**
 * Messages that a gateway wants back as it sent them: the first `config.frozen_message_count`, in headroom's contract.
 * The provider has them in its cache, in the form in which the gateway sent them.
 */

import type { ReadBody } from '../dialect/index.ts'
import { childrenOf, type JsonTape, kindOf, memberOf, nextOf, sourceOf } from '../json/index.ts'

/** @returns the body without the blocks of frozen messages; the same object when no message is frozen */
export function withoutFrozen(read: ReadBody): ReadBody {
  const { body, dialect, tape, facts, pieces } = read
  const end = endOfFrozen(tape)
  if (end === 0) return read
  return {
    body,
    dialect,
    tape,
    facts: { ...facts, blocks: facts.blocks.filter(({ node }) => node >= end) },
    pieces,
    failedResults: () => read.failedResults(),
    get prefix() {
      return read.prefix
    },
    get opening() {
      return read.opening
    },
  }
}

/** The node after the last frozen message; 0 when there is none, or a count that is none: no request fails by it. */
function endOfFrozen(tape: JsonTape): number {
  const node = memberOf(tape, memberOf(tape, 0, 'config'), 'frozen_message_count')
  if (kindOf(tape, node) !== 'number') return 0
  let left = Number(sourceOf(tape, node))
  let end = 0
  for (const message of childrenOf(tape, memberOf(tape, 0, 'messages'))) {
    if (left-- < 1) break
    end = nextOf(tape, message)
  }
  return end
}

/** Did the client control prompt caching itself? Then nothing is added to its request. */

import { endOf, isString, type JsonTape, nextOf, skipSpace, sourceOf, startOf } from '../../json/index.ts'
import { hasAnyMember } from '../reading/members.ts'

/** Members that mark their object as cacheable. Clients of any dialect may send them, because gateways translate. */
const MARKS = ['cache_control', 'prompt_cache_breakpoint']

/** Members of the body that control the cache. */
const SWITCHES = ['prompt_cache_options', 'prompt_cache_key', 'prompt_cache_retention']

const QUOTE = 0x22
const COLON = 0x3a
const OPEN_OBJECT = 0x7b
const OPEN_ARRAY = 0x5b

/**
 * Searches the whole request for the name of a mark, because a mark may stand on a tool, a block, or a block of a
 * result or document. A tool argument of that name counts as a mark, which costs a discount. An overlooked mark may
 * cost the call, because a provider refuses more than four.
 * @param unmarked the nodes in front of it are known to be no marks
 */
export function isClientMarked(tape: JsonTape, unmarked = 0): boolean {
  if (hasAnyMember(tape, 0, SWITCHES)) return true
  const { units } = tape
  for (let node = unmarked; node < tape.length; node++) {
    const unit = units[startOf(tape, node)]
    if (unit === QUOTE ? isMarkName(tape, node) : isOpening(unit) && isWrittenBelow(tape, node)) return true
  }
  return false
}

/** Is the string the name of a member, and that of a mark? */
function isMarkName(tape: JsonTape, node: number): boolean {
  for (const name of MARKS) {
    if (isString(tape, node, name)) return tape.units[skipSpace(tape.units, endOf(tape, node))] === COLON
  }
  return false
}

function isOpening(unit: number | undefined): boolean {
  return unit === OPEN_OBJECT || unit === OPEN_ARRAY
}

/**
 * Searches values that are nested too deep for the tape. Quotes in a text are escaped, so `"name"` is a name or a whole
 * value.
 */
function isWrittenBelow(tape: JsonTape, node: number): boolean {
  if (nextOf(tape, node) > node + 1) return false
  const source = sourceOf(tape, node)
  return MARKS.some((name) => source.includes(`"${name}"`))
}

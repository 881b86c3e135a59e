/** Did the client control prompt caching itself? Then nothing is added to its request. */

import { endOf, isString, type JsonTape, nextOf, skipSpace, sourceOf, startOf } from '../../json/index.ts'
import { hasAnyMember } from '../reading/members.ts'

/** Members that mark their object as cacheable. Clients of any dialect may send them, because gateways translate. */
const MARKS = ['cache_control', 'prompt_cache_breakpoint']

/** Members of the body that control the cache. */
const SWITCHES = ['prompt_cache_options', 'prompt_cache_key', 'prompt_cache_retention']

const COLON = 0x3a
const OPEN_OBJECT = 0x7b
const OPEN_ARRAY = 0x5b

/**
 * Searches the whole request for the name of a mark, because a mark may stand on a tool, a block, or a block of a
 * result or document. A tool argument of that name counts as a mark, which costs a discount. An overlooked mark may
 * cost the call, because a provider refuses more than four.
 */
export function isClientMarked(tape: JsonTape): boolean {
  if (hasAnyMember(tape, 0, SWITCHES)) return true
  for (let node = 0; node < tape.length; node++) {
    for (const name of MARKS) if (isNamed(tape, node, name) || isWrittenBelow(tape, node, name)) return true
  }
  return false
}

/** Is the node the name of a member, and is it `name`? */
function isNamed(tape: JsonTape, node: number, name: string): boolean {
  return isString(tape, node, name) && tape.units[skipSpace(tape.units, endOf(tape, node))] === COLON
}

/**
 * Searches values that are nested too deep for the tape. Quotes in a text are escaped, so `"name"` is a name or a whole
 * value.
 */
function isWrittenBelow(tape: JsonTape, node: number, name: string): boolean {
  const start = startOf(tape, node)
  const isOpen = tape.units[start] === OPEN_OBJECT || tape.units[start] === OPEN_ARRAY
  if (!isOpen || nextOf(tape, node) > node + 1) return false
  return sourceOf(tape, node).includes(`"${name}"`)
}

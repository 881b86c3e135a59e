/** Did a request's client say anything of prompt caching itself? Then how it is cached is the client's business. */

import { endOf, isString, type JsonTape, nextOf, skipSpace, sourceOf, startOf } from '../../json/index.ts'
import { hasAnyMember } from '../reading/members.ts'

/** Members by which clients of any dialect mark what stands in the same object as cacheable; gateways take each other's. */
const MARKS = ['cache_control', 'prompt_cache_breakpoint']

/** Members of the body by which clients steer the cache. */
const SWITCHES = ['prompt_cache_options', 'prompt_cache_key', 'prompt_cache_retention']

const COLON = 0x3a
const OPEN_OBJECT = 0x7b
const OPEN_ARRAY = 0x5b

/**
 * A mark may stand on a tool, a block, a block of a result, a page of a document of a result: its name is looked for
 * anywhere. A tool with an argument of that name passes for a mark, which costs a discount; a mark overlooked may cost
 * the call, because there must not be more than four.
 */
export function isClientMarked(tape: JsonTape): boolean {
  if (hasAnyMember(tape, 0, SWITCHES)) return true
  for (let node = 0; node < tape.length; node++) {
    for (const name of MARKS) if (isNamed(tape, node, name) || isWrittenBelow(tape, node, name)) return true
  }
  return false
}

/** Is the node the name of a member, this one? */
function isNamed(tape: JsonTape, node: number, name: string): boolean {
  return isString(tape, node, name) && tape.units[skipSpace(tape.units, endOf(tape, node))] === COLON
}

/** In what is nested too deep for the tape: quotes in a text are escaped, so that these are a name's, or a whole value's. */
function isWrittenBelow(tape: JsonTape, node: number, name: string): boolean {
  const start = startOf(tape, node)
  const isOpen = tape.units[start] === OPEN_OBJECT || tape.units[start] === OPEN_ARRAY
  if (!isOpen || nextOf(tape, node) > node + 1) return false
  return sourceOf(tape, node).includes(`"${name}"`)
}

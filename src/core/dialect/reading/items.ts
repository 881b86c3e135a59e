/** The items of OpenAI Responses by their maker: the client, the model, or the provider's tools. */

import { type JsonTape, kindOf, memberOf } from '../../json/index.ts'
import { memberText } from './members.ts'

/** Items that a client sends beside messages and outputs. */
const CLIENTS = new Set(['mcp_approval_response', 'configuration_update', 'additional_tools', 'compaction_trigger'])

/** Reasoning and summaries: the provider may have bound them to the items before them. */
const BOUND = new Set(['reasoning', 'compaction', 'compaction_summary'])

/** Is it the output of one of the client's tools? */
export function isClientOutput(tape: JsonTape, item: number): boolean {
  const type = memberText(tape, item, 'type')
  if (type === 'tool_search_output') return memberText(tape, item, 'execution') === 'client'
  return type?.endsWith('_output') === true && type !== 'program_output'
}

/** Is it an assistant message, a call, reasoning, or the work of a tool at the provider? */
export function isModelItem(tape: JsonTape, item: number): boolean {
  const type = memberText(tape, item, 'type')
  const role = memberText(tape, item, 'role')
  if (role !== undefined) return role === 'assistant'
  if (type === undefined || type === 'item_reference' || CLIENTS.has(type)) return false
  return !isClientOutput(tape, item)
}

/** A reference names a stored item, which may be anything that the model made. */
export function isReference(tape: JsonTape, item: number): boolean {
  const type = memberText(tape, item, 'type')
  if (type === 'item_reference') return true
  return (
    type === undefined &&
    kindOf(tape, memberOf(tape, item, 'role')) === undefined &&
    memberText(tape, item, 'id') !== undefined
  )
}

export function isBoundItem(tape: JsonTape, item: number): boolean {
  return BOUND.has(memberText(tape, item, 'type') ?? '') || isReference(tape, item)
}

/** Does it stand for items that are gone? */
export function isCompaction(tape: JsonTape, item: number): boolean {
  const type = memberText(tape, item, 'type')
  return type === 'compaction' || type === 'compaction_summary'
}

/** The items of OpenAI Responses by their maker: the client, the model, or the provider's tools. */

import { type JsonTape, memberOf, NONE } from '../../json/index.ts'
import { memberText } from './members.ts'

/** One item: its members that tell what it is, read once. */
export interface Item {
  readonly node: number
  readonly role: string | undefined
  readonly type: string | undefined
}

export function itemOf(tape: JsonTape, { node, role }: Pick<Item, 'node' | 'role'>): Item {
  return { node, role, type: memberText(tape, node, 'type') }
}

/** Items that a client sends beside messages and outputs. */
const CLIENTS = new Set(['mcp_approval_response', 'configuration_update', 'additional_tools', 'compaction_trigger'])

/** Is it the output of one of the client's tools? */
export function isClientOutput(tape: JsonTape, { node, type }: Item): boolean {
  if (type === 'tool_search_output') return memberText(tape, node, 'execution') === 'client'
  return type?.endsWith('_output') === true && type !== 'program_output'
}

/** Is it an assistant message, a call, reasoning, or the work of a tool at the provider? */
export function isModelItem(tape: JsonTape, item: Item): boolean {
  const { role, type } = item
  if (role !== undefined) return role === 'assistant'
  if (type === undefined || type === 'item_reference' || CLIENTS.has(type)) return false
  return !isClientOutput(tape, item)
}

/** A reference names a stored item, which may be anything that the model made. */
export function isReference(tape: JsonTape, { node, role, type }: Item): boolean {
  if (type !== undefined || role !== undefined) return type === 'item_reference'
  return memberOf(tape, node, 'role') === NONE && memberText(tape, node, 'id') !== undefined
}

/** Does it stand for items that are gone? */
export function isCompaction({ type }: Item): boolean {
  return type === 'compaction' || type === 'compaction_summary'
}

/** Reasoning, a summary, or what may be either: the provider may have bound it to the items before it. */
export function isBoundItem(tape: JsonTape, item: Item): boolean {
  return item.type === 'reasoning' || isCompaction(item) || isReference(tape, item)
}

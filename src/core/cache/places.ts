/** Finds the places of a request that can carry a mark: only blocks that exist already, at the end of their array. */

import type { Prefix, PrefixPart } from '../dialect/index.ts'
import { type JsonTape, kindOf, memberOf, NONE, textOf } from '../json/index.ts'
import type { MarkRuleSet } from './rules.ts'

/** Indexes into the prefix's parts. */
export interface Places {
  /** The last part of tools and system text that can carry a mark. */
  readonly shared: number | undefined
  /** The last message that can, except a prefill: the next turn replaces it by the full answer. */
  readonly end: number | undefined
  /** The request ends with a prefill: an assistant message written by the client. */
  readonly hasPrefill: boolean
  /** The end of the call before this one, if it is too far before `end` for the provider to find it. */
  readonly bridge: number | undefined
}

/** Anthropic searches about 20 blocks back from a mark. */
export const LOOK_BACK = 18

/** Blocks that take Anthropic's mark; thinking blocks and empty texts do not. */
const ANTHROPIC_BLOCKS = new Set(['text', 'image', 'document', 'tool_use', 'tool_result'])
const OPENAI_BLOCKS = new Set(['text', 'input_text'])

export function findPlaces(tape: JsonTape, { parts, sharedParts }: Prefix, set: MarkRuleSet): Places {
  const canCarry = (part: PrefixPart): boolean => isMarkable(tape, part, set)
  const lastIn = (from: number, until: number): number | undefined => {
    const index = parts.slice(from, until).findLastIndex(canCarry)
    return index === -1 ? undefined : from + index
  }
  const shared = lastIn(0, sharedParts)
  if (!set.startsWith('anthropic')) return { shared, end: undefined, hasPrefill: false, bridge: undefined }
  const asked = parts.slice(0, parts.findLastIndex(({ isAssistant }) => !isAssistant) + 1)
  const hasPrefill = asked.length < parts.length
  const end = lastIn(sharedParts, asked.length)
  const before = beforeLastAnswer(asked)
  // The top-level mark applies to the end of the request; all others stand on a block.
  const until = set === 'anthropic-automatic' && !hasPrefill ? parts.length : (end ?? 0) + 1
  const isFar = blocksBetween(parts, before, until) > LOOK_BACK
  return { shared, end, hasPrefill, bridge: isFar ? lastIn(sharedParts, before) : undefined }
}

function isMarkable(tape: JsonTape, { lastBlock, isAssistant }: PrefixPart, set: MarkRuleSet): boolean {
  if (lastBlock === NONE) return false
  const type = textOf(tape, memberOf(tape, lastBlock, 'type')) ?? ''
  if (!set.startsWith('anthropic')) return !isAssistant && OPENAI_BLOCKS.has(type)
  return ANTHROPIC_BLOCKS.has(type) && (type !== 'text' || hasText(tape, lastBlock))
}

function hasText(tape: JsonTape, block: number): boolean {
  const text = memberOf(tape, block, 'text')
  return kindOf(tape, text) === 'string' && textOf(tape, text)?.trim() !== ''
}

/** Number of parts before the model's last answer; 0 when there is no answer. */
function beforeLastAnswer(parts: readonly PrefixPart[]): number {
  let index = parts.findLastIndex(({ isAssistant }) => isAssistant)
  while (index > 0 && parts[index - 1]?.isAssistant) index--
  return Math.max(0, index)
}

function blocksBetween(parts: readonly PrefixPart[], from: number, until: number): number {
  return parts.slice(from, until).reduce((sum, { blocks }) => sum + blocks, 0)
}

/** Where marks can stand in a request: on the last blocks of arrays that are there already, and nowhere else. */

import type { Prefix, PrefixPart } from '../dialect/index.ts'
import { type JsonTape, kindOf, memberOf, NONE, textOf } from '../json/index.ts'
import type { KeeperRuleSet } from './rules.ts'

/** Indexes into the prefix's parts. */
export interface Places {
  /** The last of tools and system text that can carry a mark. */
  readonly head: number | undefined
  /** The last message that can, but for words that the client puts in the model's mouth: the next turn says them in full. */
  readonly end: number | undefined
  /** Does the request end with such words? */
  readonly hasPrefill: boolean
  /** The end of the call before this one, where it is too far behind `end` to be found from there. */
  readonly bridge: number | undefined
}

/** Anthropic looks about 20 blocks back from a mark. */
const LOOK_BACK = 18

/** Blocks that take Anthropic's mark; thinking does not, nor does an empty text. */
const ANTHROPIC_BLOCKS = new Set(['text', 'image', 'document', 'tool_use', 'tool_result'])
const OPENAI_BLOCKS = new Set(['text', 'input_text'])

export function findPlaces(tape: JsonTape, { parts, sharedParts }: Prefix, set: KeeperRuleSet): Places {
  const canCarry = (part: PrefixPart): boolean => isMarkable(tape, part, set)
  const lastIn = (from: number, until: number): number | undefined => {
    for (let index = until - 1; index >= from; index--) if (canCarry(parts[index] as PrefixPart)) return index
    return undefined
  }
  const head = lastIn(0, sharedParts)
  if (!set.startsWith('anthropic')) return { head, end: undefined, hasPrefill: false, bridge: undefined }
  const asked = parts.slice(0, parts.findLastIndex(({ isAssistant }) => !isAssistant) + 1)
  const hasPrefill = asked.length < parts.length
  const end = lastIn(sharedParts, asked.length)
  const before = beforeLastAnswer(asked)
  // A mark at the top stands at the end of the request, all others on a block.
  const until = set === 'anthropic-automatic' && !hasPrefill ? parts.length : (end ?? 0) + 1
  const isFar = blocksBetween(parts, before, until) > LOOK_BACK
  return { head, end, hasPrefill, bridge: isFar ? lastIn(sharedParts, before) : undefined }
}

function isMarkable(tape: JsonTape, { lastBlock, isAssistant }: PrefixPart, set: KeeperRuleSet): boolean {
  if (lastBlock === NONE) return false
  const type = textOf(tape, memberOf(tape, lastBlock, 'type')) ?? ''
  if (!set.startsWith('anthropic')) return !isAssistant && OPENAI_BLOCKS.has(type)
  return ANTHROPIC_BLOCKS.has(type) && (type !== 'text' || hasText(tape, lastBlock))
}

function hasText(tape: JsonTape, block: number): boolean {
  const text = memberOf(tape, block, 'text')
  return kindOf(tape, text) === 'string' && textOf(tape, text)?.trim() !== ''
}

/** How many parts stood in the request before the model's last turn; 0 when it has not spoken. */
function beforeLastAnswer(parts: readonly PrefixPart[]): number {
  let index = parts.findLastIndex(({ isAssistant }) => isAssistant)
  while (index > 0 && parts[index - 1]?.isAssistant) index--
  return Math.max(0, index)
}

function blocksBetween(parts: readonly PrefixPart[], from: number, until: number): number {
  return parts.slice(from, until).reduce((sum, { blocks }) => sum + blocks, 0)
}

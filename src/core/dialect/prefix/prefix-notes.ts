/** Where a dialect writes down the parts of a request's prefix, and whether its client marked any of them. */

import { type JsonTape, kindOf, memberOf, NONE } from '../../json/index.ts'
import type { Prefix, PrefixPart } from '../dialect.ts'
import { elementsOf, hasAnyMember } from '../reading/members.ts'

/** Members by which clients of any dialect mark what stands in the same object as cacheable; gateways take each other's. */
const MARKS = ['cache_control', 'prompt_cache_breakpoint']

/** Members of the body by which clients steer the cache. */
const SWITCHES = [...MARKS, 'prompt_cache_options', 'prompt_cache_key', 'prompt_cache_retention']

export interface PrefixNotes {
  /** The definitions in the body's member `name`, one by one. */
  tools(name: string): void
  /** A value at the top of the body that the provider reads with the system text; nothing when it is not there. */
  system(name: string): void
  /** A message. @param content the node that may be an array of blocks */
  message(node: number, content: number, about: Pick<PrefixPart, 'path' | 'what' | 'isAssistant'>): void
  found(): Prefix
}

export function createPrefixNotes(tape: JsonTape): PrefixNotes {
  const shared: PrefixPart[] = []
  const messages: PrefixPart[] = []
  let isMarked = hasAnyMember(tape, 0, SWITCHES)
  const look = (node: number): void => {
    isMarked ||= hasAnyMember(tape, node, MARKS)
  }
  return {
    tools(name) {
      let index = 0
      for (const node of elementsOf(tape, memberOf(tape, 0, name))) {
        look(node)
        const path = `${name}[${index++}]`
        shared.push({ path, node, what: 'tool', isAssistant: false, lastBlock: NONE, blocks: 1 })
      }
    },
    system(name) {
      const node = memberOf(tape, 0, name)
      if (node === NONE) return
      if (kindOf(tape, node) !== 'array') {
        shared.push({ path: name, node, what: 'system', isAssistant: false, lastBlock: NONE, blocks: 1 })
        return
      }
      let index = 0
      for (const block of elementsOf(tape, node)) {
        look(block)
        const path = `${name}[${index++}]`
        shared.push({
          path,
          node: block,
          what: 'system',
          isAssistant: false,
          lastBlock: blockAt(tape, block),
          blocks: 1,
        })
      }
    },
    message(node, content, about) {
      look(node)
      let lastBlock = NONE
      let blocks = 0
      for (const block of elementsOf(tape, content)) {
        look(block)
        // Results have blocks of their own.
        for (const inner of elementsOf(tape, memberOf(tape, block, 'content'))) look(inner)
        lastBlock = blockAt(tape, block)
        blocks++
      }
      // Instructions that come after a message are no part of what calls share.
      const isShared = about.what === 'system' && messages.length === 0
      const part = { ...about, node, lastBlock, blocks: Math.max(1, blocks) }
      if (isShared) shared.push(part)
      else messages.push(part)
    },
    found: () => ({
      parts: [...shared, ...messages],
      sharedParts: shared.length,
      isMarked,
      hasAssistantTurn: messages.some(
        ({ isAssistant }, index) => isAssistant && messages[index + 1]?.isAssistant === false,
      ),
    }),
  }
}

function blockAt(tape: JsonTape, node: number): number {
  return kindOf(tape, node) === 'object' ? node : NONE
}

/** Collects the parts of a request's prefix while a dialect walks the body. */

import { type JsonTape, kindOf, memberOf, NONE } from '../../json/index.ts'
import type { Prefix, PrefixPart } from '../dialect.ts'
import { elementsOf } from '../reading/members.ts'
import { isClientMarked } from './client-marks.ts'

export interface PrefixNotes {
  /** The definitions in the body's member `name`, one by one. */
  tools(name: string): void
  /** A value at the top of the body that the provider reads with the system text; nothing when it is absent. */
  system(name: string): void
  /** A message. @param content the node that may be an array of blocks */
  message(node: number, content: number, about: Pick<PrefixPart, 'path' | 'what' | 'isAssistant'>): void
  found(): Prefix
}

export function createPrefixNotes(tape: JsonTape): PrefixNotes {
  const shared: PrefixPart[] = []
  const messages: PrefixPart[] = []
  return {
    tools(name) {
      let index = 0
      for (const node of elementsOf(tape, memberOf(tape, 0, name))) {
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
      let lastBlock = NONE
      let blocks = 0
      for (const block of elementsOf(tape, content)) {
        lastBlock = blockAt(tape, block)
        blocks++
      }
      // Calls do not share instructions that come after a message.
      const isShared = about.what === 'system' && messages.length === 0
      const part = { ...about, node, lastBlock, blocks: Math.max(1, blocks) }
      if (isShared) shared.push(part)
      else messages.push(part)
    },
    found: () => ({
      parts: [...shared, ...messages],
      sharedParts: shared.length,
      isMarked: isClientMarked(tape),
      hasAssistantTurn: messages.some(
        ({ isAssistant }, index) => isAssistant && messages[index + 1]?.isAssistant === false,
      ),
    }),
  }
}

function blockAt(tape: JsonTape, node: number): number {
  return kindOf(tape, node) === 'object' ? node : NONE
}

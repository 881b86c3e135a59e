/** Collects the parts of a request's prefix while a dialect walks the body. */

import { type JsonTape, kindOf, memberOf, NONE, nextOf } from '../../json/index.ts'
import type { Prefix, PrefixPart } from '../dialect.ts'
import { elementsEnd } from '../reading/members.ts'
import { isClientMarked } from './client-marks.ts'

/** Tools and system text are noted before the first message, as providers read them. */
export class PrefixNotes {
  readonly #tape: JsonTape
  readonly #parts: PrefixPart[] = []
  #sharedParts = 0
  #hasAssistantTurn = false

  constructor(tape: JsonTape) {
    this.#tape = tape
  }

  /** The definitions in the body's member `name`, one by one. */
  tools(name: string): void {
    const tape = this.#tape
    const list = memberOf(tape, 0, name)
    const end = elementsEnd(tape, list)
    let index = 0
    for (let node = list + 1; node < end; node = nextOf(tape, node)) {
      const path = `${name}[${index++}]`
      this.#share({ path, node, what: 'tool', isAssistant: false, lastBlock: NONE, blocks: 1 })
    }
  }

  /** A value at the top of the body that the provider reads with the system text; nothing when it is absent. */
  system(name: string): void {
    const tape = this.#tape
    const node = memberOf(tape, 0, name)
    if (node === NONE) return
    if (kindOf(tape, node) !== 'array') {
      this.#share({ path: name, node, what: 'system', isAssistant: false, lastBlock: NONE, blocks: 1 })
      return
    }
    const end = nextOf(tape, node)
    let index = 0
    for (let block = node + 1; block < end; block = nextOf(tape, block)) {
      const path = `${name}[${index++}]`
      this.#share({
        path,
        node: block,
        what: 'system',
        isAssistant: false,
        lastBlock: blockAt(tape, block),
        blocks: 1,
      })
    }
  }

  /** A message. @param content the node that may be an array of blocks */
  message(
    node: number,
    content: number,
    { path, what, isAssistant }: Pick<PrefixPart, 'path' | 'what' | 'isAssistant'>,
  ): void {
    const tape = this.#tape
    const end = elementsEnd(tape, content)
    let lastBlock = NONE
    let blocks = 0
    for (let block = content + 1; block < end; block = nextOf(tape, block)) {
      lastBlock = blockAt(tape, block)
      blocks++
    }
    const part = { path, what, isAssistant, node, lastBlock, blocks: Math.max(1, blocks) }
    const hasMessages = this.#parts.length > this.#sharedParts
    // Calls do not share instructions that come after a message.
    if (what === 'system' && !hasMessages) {
      this.#share(part)
      return
    }
    if (hasMessages && !isAssistant && this.#parts.at(-1)?.isAssistant) this.#hasAssistantTurn = true
    this.#parts.push(part)
  }

  found(): Prefix {
    return {
      parts: this.#parts,
      sharedParts: this.#sharedParts,
      isMarked: isClientMarked(this.#tape),
      hasAssistantTurn: this.#hasAssistantTurn,
    }
  }

  #share(part: PrefixPart): void {
    this.#parts.push(part)
    this.#sharedParts++
  }
}

function blockAt(tape: JsonTape, node: number): number {
  return kindOf(tape, node) === 'object' ? node : NONE
}

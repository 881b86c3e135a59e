/** Collects the parts of a request's prefix while a dialect walks the body. */

import { checksum } from '../../checksum.ts'
import { endOf, type JsonTape, kindOf, memberOf, NONE, nextOf, startOf } from '../../json/index.ts'
import type { KnownParts, Prefix, PrefixPart } from '../dialect.ts'
import { elementsEnd } from '../reading/members.ts'
import { isClientMarked } from './client-marks.ts'

/** Where a part stands, and who wrote it. */
interface Place extends Pick<PrefixPart, 'what' | 'isAssistant'> {
  /** The member of the body that holds it. */
  readonly list: string
  /** Its index there; NONE where it is the whole member. */
  readonly index: number
}

const ONE_TEXT: Pick<PrefixPart, 'lastBlock' | 'blocks'> = { lastBlock: NONE, blocks: 1 }

/** Parts are kept until the reply; their paths are put together for the one that breaks a prefix. */
class NotedPart implements PrefixPart {
  readonly node: number
  readonly what: PrefixPart['what']
  readonly isAssistant: boolean
  readonly lastBlock: number
  readonly blocks: number
  readonly #list: string
  readonly #index: number
  #ownSum: number | undefined
  #summed = NONE
  #checksum = 0

  constructor({ list, index, what, isAssistant }: Place, node: number, { lastBlock, blocks } = ONE_TEXT) {
    this.node = node
    this.what = what
    this.isAssistant = isAssistant
    this.lastBlock = lastBlock
    this.blocks = blocks
    this.#list = list
    this.#index = index
  }

  get path(): string {
    return this.#index === NONE ? this.#list : `${this.#list}[${this.#index}]`
  }

  checksumOf(tape: JsonTape, node: number): number {
    if (node === this.node) {
      this.#ownSum ??= sumOf(tape, node)
      return this.#ownSum
    }
    if (this.#summed !== node) {
      this.#checksum = sumOf(tape, node)
      this.#summed = node
    }
    return this.#checksum
  }
}

/** Tools and system text are noted before the first message, as providers read them. */
export class PrefixNotes {
  readonly #tape: JsonTape
  readonly #parts: PrefixPart[] = []
  #sharedParts = 0
  #hasAssistantTurn = false
  /** Nothing in front of this node is a mark of the client's. */
  #unmarked = 0

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
      this.#share(new NotedPart({ list: name, index: index++, what: 'tool', isAssistant: false }, node))
    }
  }

  /** A value at the top of the body that the provider reads with the system text; nothing when it is absent. */
  system(name: string): void {
    const tape = this.#tape
    const node = memberOf(tape, 0, name)
    if (node === NONE) return
    if (kindOf(tape, node) !== 'array') {
      this.#share(new NotedPart({ list: name, index: NONE, what: 'system', isAssistant: false }, node))
      return
    }
    const end = nextOf(tape, node)
    let index = 0
    for (let block = node + 1; block < end; block = nextOf(tape, block)) {
      const place = { list: name, index: index++, what: 'system', isAssistant: false } as const
      this.#share(new NotedPart(place, block, { lastBlock: blockAt(tape, block), blocks: 1 }))
    }
  }

  /** A message. @param content the node that may be an array of blocks */
  message(node: number, content: number, place: Place): void {
    const tape = this.#tape
    const end = elementsEnd(tape, content)
    let lastBlock = NONE
    let blocks = 0
    for (let block = content + 1; block < end; block = nextOf(tape, block)) {
      lastBlock = blockAt(tape, block)
      blocks++
    }
    this.#addMessage(new NotedPart(place, node, { lastBlock, blocks: Math.max(1, blocks) }))
  }

  /**
   * Takes over the messages that are known. @param list the node of all of them
   * @returns the first one that is not known, and its index
   */
  messagesFrom(list: number, known: KnownParts | undefined): { readonly node: number; readonly index: number } {
    if (known?.list !== list) return { node: list + 1, index: 0 }
    for (const part of known.parts) this.#addMessage(part)
    if (known.isUnmarked) this.#unmarked = known.node
    return { node: known.node, index: known.parts.length }
  }

  #addMessage(part: PrefixPart): void {
    const hasMessages = this.#parts.length > this.#sharedParts
    // Calls do not share instructions that come after a message.
    if (part.what === 'system' && !hasMessages) {
      this.#share(part)
      return
    }
    if (hasMessages && !part.isAssistant && this.#parts.at(-1)?.isAssistant) this.#hasAssistantTurn = true
    this.#parts.push(part)
  }

  found(): Prefix {
    return {
      parts: this.#parts,
      sharedParts: this.#sharedParts,
      isMarked: isClientMarked(this.#tape, this.#unmarked),
      hasAssistantTurn: this.#hasAssistantTurn,
    }
  }

  #share(part: PrefixPart): void {
    this.#parts.push(part)
    this.#sharedParts++
  }
}

function sumOf(tape: JsonTape, node: number): number {
  return checksum(tape.units, startOf(tape, node), endOf(tape, node))
}

function blockAt(tape: JsonTape, node: number): number {
  return kindOf(tape, node) === 'object' ? node : NONE
}

/**
 * The earlier blocks that the model still sees when it reads a block (provider-contracts PC-22): none from before a
 * compaction, and only those of the same message where the provider may take older content away.
 */

import type { Block, RequestFacts } from '../../dialect/index.ts'
import { BlockNames } from './block-names.ts'
import { EarlierBlocks, type Source } from './earlier-blocks.ts'

/** Which earlier blocks may be named. request: all since the last compaction; message: those of the same message. */
export type Reach = 'request' | 'message'

export class ReachableBlocks {
  /** How far a new reference may reach. */
  readonly reach: Reach
  readonly #names = new BlockNames()
  readonly #compactions: readonly number[]
  readonly #onForget: () => void
  #compacted = 0
  #message: string | undefined
  #ofRequest: EarlierBlocks | undefined
  /** The blocks of this message so far, indexed on the first question. */
  #ofMessage: EarlierBlocks | undefined
  #inMessage: { readonly name: string; readonly source: Source }[] = []

  /** @param onForget called when blocks get out of a new reference's reach */
  constructor({ context, session }: Pick<RequestFacts, 'context' | 'session'>, onForget: () => void) {
    // Where the provider keeps the history, a later request may bring all of it: references must come out the same then.
    this.reach = context.mayDrop || session.continuesResponse ? 'message' : 'request'
    this.#compactions = context.compactions
    this.#onForget = onForget
  }

  /** The blocks before the one that was entered last. */
  of(reach: Reach): EarlierBlocks {
    if (reach === 'request') {
      this.#ofRequest ??= new EarlierBlocks(this.#names)
      return this.#ofRequest
    }
    this.#ofMessage ??= this.#indexMessage()
    return this.#ofMessage
  }

  /** Must be called for every block of the request, oldest first, before it is compressed. */
  enter({ node, path }: Pick<Block, 'node' | 'path'>): void {
    const isCompacted = node > (this.#compactions[this.#compacted] ?? Number.POSITIVE_INFINITY)
    while (node > (this.#compactions[this.#compacted] ?? Number.POSITIVE_INFINITY)) this.#compacted++
    const isNextMessage = this.#message === undefined || !path.startsWith(this.#message)
    if (isNextMessage) this.#message = messageOf(path)
    if (isCompacted) this.#ofRequest = undefined
    if (isCompacted || isNextMessage) {
      this.#ofMessage = undefined
      this.#inMessage = []
    }
    if (isCompacted || (isNextMessage && this.reach === 'message')) this.#onForget()
  }

  /** Adds the block that was entered last. @returns its name; undefined when references cannot name it */
  add(block: Pick<Block, 'path' | 'callId'>, source: Source): string | undefined {
    const name = this.of('request').add(block, source)
    if (name === undefined) return undefined
    this.#ofMessage?.addNamed(name, source)
    this.#inMessage.push({ name, source })
    return name
  }

  #indexMessage(): EarlierBlocks {
    const blocks = new EarlierBlocks(this.#names)
    for (const { name, source } of this.#inMessage) blocks.addNamed(name, source)
    return blocks
  }
}

/** `messages[3]` of `messages[3].content`; the path itself where it has no number. */
function messageOf(path: string): string {
  const end = path.indexOf(']')
  return end === -1 ? path : path.slice(0, end + 1)
}

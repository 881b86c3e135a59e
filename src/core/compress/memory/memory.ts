/** One request's view of the cache: no text is decoded, hashed or counted twice. */

import { hash } from 'node:crypto'
import type { BilledSpan, ReadBody } from '../../dialect/index.ts'
import { endOf, startOf } from '../../json/index.ts'
import type { TokenCounter } from '../../tokenizer/index.ts'
import type { BlockResult } from '../block/compress-block.ts'
import { ENGINE_VERSION } from '../version.ts'
import { billedText, billedTokens } from './billed.ts'
import type { BlockCache } from './block-cache.ts'

/** Bytes of a literal from which on a look-up is faster than counting. */
const MIN_BYTES = 128

export class Memory {
  readonly #read: ReadBody
  readonly #counter: TokenCounter
  readonly #cache: BlockCache | undefined
  readonly #scope: string
  #chain = ''

  /**
   * @param counter part of every key
   * @param cache results of earlier requests; without one, nothing is remembered
   */
  constructor(read: ReadBody, counter: TokenCounter, cache: BlockCache | undefined) {
    this.#read = read
    this.#counter = counter
    this.#cache = cache
    this.#scope = cache === undefined ? '' : `${ENGINE_VERSION}|${read.dialect.name}|${cache.idOf(counter)}|`
  }

  /** @param counter counts a text that the cache does not hold */
  textOf(span: BilledSpan, counter = this.#counter): BilledText {
    const { tape, body } = this.#read
    const start = startOf(tape, span.node)
    const end = endOf(tape, span.node)
    const isRemembered = this.#cache !== undefined && end - start >= MIN_BYTES
    const digest = isRemembered ? digestOf(body.subarray(start, end)) : undefined
    let text: string | undefined
    const found = {
      digest,
      get text() {
        text ??= billedText(tape, span)
        return text
      },
    }
    const count = (): number => billedTokens(span, found.text, counter)
    const cache = this.#cache
    const tokens =
      digest === undefined || cache === undefined
        ? count()
        : cache.tokens(`${this.#scope}${span.what}|${digest}`, count)
    return Object.assign(found, { tokens })
  }

  /** The result for a block without earlier blocks. @param question the profile, and the hint of the block's call */
  alone(question: string, { digest }: BilledText, make: () => BlockResult): BlockResult {
    return this.#result(`alone|${question}|`, digest, make)
  }

  /** The result for a block after all blocks given to `follow`. @param question as for `alone` */
  across(question: string, { digest }: BilledText, make: () => BlockResult): BlockResult {
    return this.#result(`across|${question}|${this.#chain}`, digest, make)
  }

  /** Adds a block to those before every later block. @param sent undefined: unchanged */
  follow(name: string, text: BilledText, sent: string | undefined): void {
    if (this.#cache === undefined) return
    const content =
      sent === undefined && text.digest !== undefined ? `unchanged|${text.digest}` : `|${sent ?? text.text}`
    this.#chain = digestOf(`${this.#chain}|${name}|${content}`)
  }

  #result(question: string, digest: string | undefined, make: () => BlockResult): BlockResult {
    if (digest === undefined || this.#cache === undefined) return make()
    return this.#cache.result(this.#scope + question + digest, make)
  }
}

/** A text of the request. */
export interface BilledText {
  /** SHA-256 of its literal; undefined when it is not cached. */
  readonly digest: string | undefined
  /** Decoded on first use. */
  readonly text: string
  /** Billed tokens. */
  readonly tokens: number
}

/** One character per byte: the shortest of keys. */
function digestOf(data: string | Uint8Array): string {
  return hash('sha256', data, 'binary')
}

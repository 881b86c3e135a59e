/** What one request remembers of earlier ones, and of itself: no text is decoded, hashed or counted twice. */

import { hash } from 'node:crypto'
import type { BilledSpan, ReadBody } from '../../dialect/index.ts'
import { endOf, startOf } from '../../json/index.ts'
import type { TokenCounter } from '../../tokenizer/index.ts'
import type { BlockResult } from '../block/compress-block.ts'
import { ENGINE_VERSION } from '../version.ts'
import { billedText, billedTokens } from './billed.ts'
import type { BlockCache } from './block-cache.ts'

/** Bytes of a literal from which on looking it up is faster than counting it. */
const MIN_BYTES = 128

export class Memory {
  readonly #read: ReadBody
  readonly #counter: TokenCounter
  readonly #cache: BlockCache | undefined
  readonly #scope: string
  #chain = ''

  /**
   * @param counter by whose identity the cache tells what it remembers apart
   * @param cache what earlier requests left; without one, nothing is remembered
   */
  constructor(read: ReadBody, counter: TokenCounter, cache: BlockCache | undefined) {
    this.#read = read
    this.#counter = counter
    this.#cache = cache
    this.#scope = cache === undefined ? '' : `${ENGINE_VERSION}|${read.dialect.name}|${cache.idOf(counter)}|`
  }

  /** @param counter counts what is not remembered */
  textOf(span: BilledSpan, counter = this.#counter): BilledText {
    const { tape, body } = this.#read
    const start = startOf(tape, span.node)
    const end = endOf(tape, span.node)
    const isKept = this.#cache !== undefined && end - start >= MIN_BYTES
    const digest = isKept ? digestOf(body.subarray(start, end)) : undefined
    let text: string | undefined
    const found = {
      digest,
      get text() {
        text ??= billedText(tape, span)
        return text
      },
    }
    const tokens = this.#recall(
      `${span.what}|`,
      digest,
      () => billedTokens(span, found.text, counter),
      () => 0,
    )
    return Object.assign(found, { tokens })
  }

  /** What became of a block by itself, under a profile. */
  alone(profile: string, { digest }: BilledText, make: () => BlockResult): BlockResult {
    return this.#recall(`alone|${profile}|`, digest, make, bytesOf)
  }

  /** What became of a block after all those told of by `follow`. */
  across(profile: string, { digest }: BilledText, make: () => BlockResult): BlockResult {
    return this.#recall(`across|${profile}|${this.#chain}`, digest, make, bytesOf)
  }

  /** Every later block comes after this one as well. @param sent undefined: as it came */
  follow(name: string, text: BilledText, sent: string | undefined): void {
    if (this.#cache === undefined) return
    const said = sent === undefined && text.digest !== undefined ? `as it came|${text.digest}` : `|${sent ?? text.text}`
    this.#chain = digestOf(`${this.#chain}|${name}|${said}`)
  }

  #recall<T>(what: string, digest: string | undefined, make: () => T, bytes: (value: T) => number | undefined): T {
    if (digest === undefined || this.#cache === undefined) return make()
    return this.#cache.recall(this.#scope + what + digest, make, bytes)
  }
}

/** A text of the request. */
export interface BilledText {
  /** SHA-256 of its literal; undefined when nothing of it is remembered. */
  readonly digest: string | undefined
  /** Decoded when first asked for. */
  readonly text: string
  /** As billed. */
  readonly tokens: number
}

/** One character a byte: the shortest of keys. */
function digestOf(data: string | Uint8Array): string {
  return hash('sha256', data, 'binary')
}

/** A failure may pass. */
function bytesOf(result: BlockResult): number | undefined {
  if (result.status === 'failopen') return undefined
  return result.status === 'changed' ? 2 * result.text.length : 0
}

/** One request's view of the cache: no text is decoded, hashed or counted twice. */

import { hash } from 'node:crypto'
import { type BilledSpan, type Block, blockText, type ReadBody } from '../../dialect/index.ts'
import { endOf, type JsonTape, startOf } from '../../json/index.ts'
import type { Steps } from '../../steps.ts'
import type { TokenCounter } from '../../tokenizer/index.ts'
import type { BlockResult } from '../block/compress-block.ts'
import type { LinePrint } from '../earlier/line-print.ts'
import { ENGINE_VERSION } from '../version.ts'
import { billedText, countedAs } from './billed.ts'
import type { BlockCache } from './block-cache.ts'
import type { BilledTokens, CountBudget } from './count-budget.ts'

/** Bytes of a literal from which on a look-up is faster than counting. */
const MIN_BYTES = 128

export class Memory {
  readonly #read: ReadBody
  readonly #counter: TokenCounter
  readonly #cache: BlockCache | undefined
  readonly #digests: Digests | undefined
  readonly #scope: string
  #chain = ''

  /**
   * @param counter part of every key
   * @param options.cache results of earlier requests; without one, nothing is remembered
   * @param options.digests those that are computed already
   */
  constructor(
    read: ReadBody,
    counter: TokenCounter,
    { cache, digests }: { readonly cache?: BlockCache | undefined; readonly digests?: Digests | undefined },
  ) {
    this.#read = read
    this.#counter = counter
    this.#cache = cache
    this.#digests = digests
    this.#scope = cache === undefined ? '' : `${ENGINE_VERSION}|${read.dialect.name}|${cache.idOf(counter)}|`
  }

  /**
   * @param options.counter counts a text that the cache does not hold
   * @param options.isWhole no estimate will do
   */
  *textOf(span: BilledSpan, { counter = this.#counter, budget, isWhole = false }: Counting): Steps<BilledText> {
    const { tape, body } = this.#read
    const start = startOf(tape, span.node)
    const end = endOf(tape, span.node)
    const isRemembered = this.#cache !== undefined && end - start >= MIN_BYTES
    const digest = isRemembered ? (this.#digests?.get(start) ?? digestOf(body.subarray(start, end))) : undefined
    const found = new SpanText(tape, span, digest)
    const cache = digest === undefined ? undefined : this.#cache
    const key = `${this.#scope}${span.what}|${digest}`
    const known = cache?.knownTokens(key)
    if (known !== undefined) {
      found.tokens = known
      return found
    }
    const counted = yield* budget.count(counter, { what: countedAs(span), text: found.text, isWhole })
    if (!counted.isEstimate) cache?.rememberTokens(key, counted.tokens)
    found.tokens = counted.tokens
    found.isEstimate = counted.isEstimate
    return found
  }

  /** The text of a block inside of another text, which is billed with it. Too rare to be remembered. */
  *nestedText(block: Block, { counter = this.#counter, budget }: Counting): Steps<BilledText> {
    const text = blockText(this.#read.tape, block)
    const counted = yield* budget.count(counter, { what: 'content', text, isWhole: true })
    return { digest: undefined, text, ...counted }
  }

  /** The result for a block without earlier blocks. @param question the profile, and the hint of the block's call */
  alone(question: string, { digest }: BilledText, make: () => Steps<BlockResult>): Steps<BlockResult> {
    return this.#result(this.#keyOf('alone', question), digest, make)
  }

  /** The result for a block after all blocks given to `follow`. @param question as for `alone` */
  across(question: string, { digest }: BilledText, make: () => Steps<BlockResult>): Steps<BlockResult> {
    return this.#result(this.#keyOf('across', question), digest, make)
  }

  /** The result that `alone` or `across` would return; undefined unless it is in the cache. */
  known(kind: 'alone' | 'across', question: string, { digest }: BilledText): BlockResult | undefined {
    if (digest === undefined || this.#cache === undefined) return undefined
    return this.#cache.known(this.#keyOf(kind, question) + digest)
  }

  /** No block given to `follow` so far is one of those before. */
  forget(): void {
    this.#chain = ''
  }

  /** Adds a block to those before every later block. @param content that it is sent with */
  follow(name: string, content: string): void {
    if (this.#cache !== undefined) this.#chain = digestOf(`${this.#chain}|${name}|${content}`)
  }

  /** Identifies what a block is sent with; empty where nothing is remembered. @param sent undefined: unchanged */
  contentOf(text: BilledText, sent: string | undefined): string {
    if (this.#cache === undefined) return ''
    if (sent === undefined && text.digest !== undefined) return `unchanged|${text.digest}`
    return `|${digestOf(sent ?? text.text)}`
  }

  /** The print that `make` would return. @param question everything that it depends on */
  print(question: string, make: () => LinePrint): LinePrint {
    if (this.#cache === undefined) return make()
    const key = `print|${question}`
    const known = this.#cache.knownPrint(key)
    if (known !== undefined) return known
    const print = make()
    this.#cache.rememberPrint(key, print)
    return print
  }

  #keyOf(kind: 'alone' | 'across', question: string): string {
    return `${this.#scope}${kind}|${question}|${kind === 'across' ? this.#chain : ''}`
  }

  *#result(key: string, digest: string | undefined, make: () => Steps<BlockResult>): Steps<BlockResult> {
    if (digest === undefined || this.#cache === undefined) return yield* make()
    const known = this.#cache.known(key + digest)
    if (known !== undefined) return known
    const result = yield* make()
    this.#cache.remember(key + digest, result)
    return result
  }
}

interface Counting {
  readonly counter?: TokenCounter
  readonly budget: CountBudget
  readonly isWhole?: boolean
}

/** A text of the request, with its billed tokens. */
export interface BilledText extends BilledTokens {
  /** SHA-256 of its literal; undefined when it is not cached. */
  readonly digest: string | undefined
  /** Decoded on first use. */
  readonly text: string
}

class SpanText implements BilledText {
  readonly digest: string | undefined
  tokens = 0
  isEstimate = false
  readonly #tape: JsonTape
  readonly #span: BilledSpan
  #text: string | undefined

  constructor(tape: JsonTape, span: BilledSpan, digest: string | undefined) {
    this.digest = digest
    this.#tape = tape
    this.#span = span
  }

  get text(): string {
    this.#text ??= billedText(this.#tape, this.#span)
    return this.#text
  }
}

/** A hash of each block's literal, by its start in the body: of SHA-256 where it is a key of the cache as well. */
export type Digests = ReadonlyMap<number, string>

export function digestsOf(body: Uint8Array, blocks: readonly Pick<Block, 'start' | 'end'>[]): Digests {
  return new Map(blocks.map(({ start, end }) => [start, anyDigestOf(body.subarray(start, end))]))
}

function anyDigestOf(literal: Uint8Array): string {
  return literal.length < MIN_BYTES ? shortDigestOf(literal) : digestOf(literal)
}

/** Two lanes of FNV-1a: for so few bytes a call of the crypto library takes most of the time. */
function shortDigestOf(literal: Uint8Array): string {
  let low = 0x811c9dc5
  let high = 0x2f0b4c47
  for (const byte of literal) {
    low = Math.imul(low ^ byte, 0x01000193)
    high = Math.imul(high ^ byte, 0x01000193)
  }
  const bytes = (word: number): string =>
    String.fromCharCode(word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24)
  return bytes(low) + bytes(high)
}

/** One character per byte: the shortest of keys. */
function digestOf(data: string | Uint8Array): string {
  return hash('sha256', data, 'binary')
}

/** One request's view of the cache: no text is decoded, hashed or counted twice. */

import { hash } from 'node:crypto'
import { type BilledSpan, type Block, blockText, type ReadBody } from '../../dialect/index.ts'
import { endOf, startOf } from '../../json/index.ts'
import type { Steps } from '../../steps.ts'
import type { TokenCounter } from '../../tokenizer/index.ts'
import type { BlockResult } from '../block/compress-block.ts'
import type { LinePrint } from '../earlier/line-print.ts'
import { ENGINE_VERSION } from '../version.ts'
import { billedText, countedAs } from './billed.ts'
import type { BlockCache } from './block-cache.ts'
import type { BilledTokens, CountBudget } from './count-budget.ts'
import { type Repeated, rememberTurn } from './repeated.ts'
import type { SentBlock, Turn } from './turn.ts'

/** Bytes of a literal from which on a look-up is faster than counting. */
const MIN_BYTES = 128

export interface MemoryOptions {
  /** Results of earlier requests; without one, nothing is remembered. */
  readonly cache?: BlockCache | undefined
  /** Those that are computed already. */
  readonly digests?: Digests | undefined
  /** The part of the turn before that this request repeats. */
  readonly repeated?: Repeated | undefined
}

export class Memory {
  readonly #read: ReadBody
  readonly #counter: TokenCounter
  readonly #cache: BlockCache | undefined
  readonly #digests: Digests | undefined
  readonly #repeated: Repeated | undefined
  readonly #scope: string
  /** By billed span so far; NaN for an estimate. */
  readonly #tokens: Float64Array
  #spans = 0
  #chain = ''

  /** @param counter part of every key */
  constructor(read: ReadBody, counter: TokenCounter, { cache, digests, repeated }: MemoryOptions) {
    this.#read = read
    this.#counter = counter
    this.#cache = cache
    this.#digests = digests
    this.#repeated = repeated?.turn.counter === cache?.idOf(counter) ? repeated : undefined
    this.#scope = cache === undefined ? '' : `${ENGINE_VERSION}|${read.dialect.name}|${cache.idOf(counter)}|`
    this.#tokens = new Float64Array(read.facts.billed.length).fill(Number.NaN)
  }

  /**
   * Must be called for every billed span, in order.
   * @param options.counter counts a text that the cache does not hold
   * @param options.isWhole no estimate will do
   */
  *textOf(span: BilledSpan, { counter = this.#counter, budget, isWhole = false }: Counting): Steps<BilledText> {
    const nth = this.#spans++
    const found = new SpanText(this.#read, span, this.#cache === undefined ? 'none' : this.#digests)
    const tokens = this.#repeated?.tokensOf(span, nth) ?? this.#knownTokens(span, found)
    if (tokens !== undefined) {
      this.#tokens[nth] = tokens
      found.tokens = tokens
      return found
    }
    const counted = yield* budget.count(counter, { what: countedAs(span), text: found.text, isWhole })
    if (!counted.isEstimate) {
      this.#tokens[nth] = counted.tokens
      if (found.digest !== undefined) this.#cache?.rememberTokens(this.#tokensKey(span, found.digest), counted.tokens)
    }
    found.tokens = counted.tokens
    found.isEstimate = counted.isEstimate
    return found
  }

  #knownTokens(span: BilledSpan, { digest }: BilledText): number | undefined {
    return digest === undefined ? undefined : this.#cache?.knownTokens(this.#tokensKey(span, digest))
  }

  #tokensKey({ what }: BilledSpan, digest: string): string {
    return `${this.#scope}${what}|${digest}`
  }

  /** What became of a block in the turn before, after the same blocks and for the same profile. */
  sentBefore(block: Block, nth: number, { profile, reach }: Pick<Turn, 'profile' | 'reach'>): SentBlock | undefined {
    const { turn } = this.#repeated ?? {}
    if (turn?.profile !== profile || turn.reach !== reach) return undefined
    const sent = this.#repeated?.blockAt(nth, block)
    return sent?.before === this.#chain ? sent : undefined
  }

  /** Keeps what this request leaves for the next one. */
  rememberTurn({ profile, reach }: Pick<Turn, 'profile' | 'reach'>, blocks: readonly SentBlock[]): void {
    const cache = this.#cache
    if (cache === undefined) return
    const counter = cache.idOf(this.#counter)
    const { billed } = this.#read.facts
    rememberTurn(cache, this.#read, { counter, profile, reach, billed, tokens: this.#tokens, blocks }, this.#repeated)
  }

  /** The blocks before every later one. */
  get chain(): string {
    return this.#chain
  }

  /** Adds a block that was sent before after the same blocks: all of them are `chain`. */
  followAgain(chain: string): void {
    this.#chain = chain
  }

  digestOf({ start }: Block): string | undefined {
    return this.#digests?.get(start)
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
  /** SHA-256 of its literal, computed on first use; undefined when it is not cached. */
  readonly digest: string | undefined
  /** Decoded on first use. */
  readonly text: string
}

class SpanText implements BilledText {
  tokens = 0
  isEstimate = false
  readonly #read: ReadBody
  readonly #span: BilledSpan
  readonly #digests: Digests | 'none' | undefined
  #digest: string | undefined
  #text: string | undefined

  /** @param digests those that are computed already; none: it has no digest, since nothing is remembered */
  constructor(read: ReadBody, span: BilledSpan, digests: Digests | 'none' | undefined) {
    this.#read = read
    this.#span = span
    this.#digests = digests
  }

  get digest(): string | undefined {
    if (this.#digest !== undefined || this.#digests === 'none') return this.#digest
    const { tape, body } = this.#read
    const start = startOf(tape, this.#span.node)
    const end = endOf(tape, this.#span.node)
    if (end - start < MIN_BYTES) return undefined
    this.#digest = this.#digests?.get(start) ?? digestOf(body.subarray(start, end))
    return this.#digest
  }

  get text(): string {
    this.#text ??= billedText(this.#read.tape, this.#span)
    return this.#text
  }
}

/** A hash of each block's literal, by its start in the body: of SHA-256 where it is a key of the cache as well. */
export type Digests = ReadonlyMap<number, string>

/** @param repeated has those of blocks that were sent before */
export function digestsOf(
  body: Uint8Array,
  blocks: readonly Pick<Block, 'start' | 'end'>[],
  repeated?: Repeated,
): Digests {
  const known = repeated?.digests()
  return new Map(
    blocks.map((block) => [block.start, known?.(block) ?? anyDigestOf(body.subarray(block.start, block.end))]),
  )
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

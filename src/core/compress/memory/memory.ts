/** One request's view of the cache: no text is decoded, hashed or counted twice. */

import { type BilledSpan, type Block, blockText, type ReadBody } from '../../dialect/index.ts'
import type { Steps } from '../../steps.ts'
import type { TokenCounter } from '../../tokenizer/index.ts'
import type { BlockResult } from '../block/compress-block.ts'
import type { LinePrint } from '../earlier/line-print.ts'
import { ENGINE_VERSION } from '../version.ts'
import { countedAs } from './billed.ts'
import type { BlockCache } from './block-cache.ts'
import type { CountBudget } from './count-budget.ts'
import { type Digests, digestOf } from './digests.ts'
import { type Repeated, rememberTurn } from './repeated.ts'
import { type BilledText, SpanText } from './span-text.ts'
import type { SentBlock, Turn } from './turn.ts'

const encoder = new TextEncoder()

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
   * @returns its text, counted where that takes no steps: else `counting` counts it
   */
  textOf(span: BilledSpan, { counter = this.#counter, budget, isWhole = false }: Counting): SpanText {
    const nth = this.#spans++
    const text = new SpanText(this.#read, span, nth, this.#cache === undefined ? 'none' : this.#digests)
    const known = this.#repeated?.tokensOf(span, nth) ?? this.#knownTokens(span, text)
    if (known !== undefined) {
      this.#tokens[nth] = known
      text.count(known)
      return text
    }
    const tokens = budget.countAtOnce(counter, countedAs(span), text.text, isWhole)
    if (tokens !== undefined) this.#counted(text, tokens)
    return text
  }

  /** Counts a text of `textOf`. */
  *counting(text: SpanText, { counter = this.#counter, budget, isWhole = false }: Counting): Steps<void> {
    const counted = yield* budget.count(counter, { what: countedAs(text.span), text: text.text, isWhole })
    if (counted.isEstimate) text.estimate(counted.tokens)
    else this.#counted(text, counted.tokens)
  }

  #counted(text: SpanText, tokens: number): void {
    text.count(tokens)
    this.#tokens[text.nth] = tokens
    if (text.digest !== undefined) this.#cache?.rememberTokens(this.#tokensKey(text.span, text.digest), tokens)
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
    const made = yield* make()
    const result = made.status === 'changed' ? { ...made, literal: literalOf(made.text) } : made
    this.#cache.remember(key + digest, result)
    return result
  }
}

export interface Counting {
  readonly counter?: TokenCounter
  readonly budget: CountBudget
  readonly isWhole?: boolean
}

/** Bytes of its own: a slice of Node's pool would keep eight kilobytes. */
function literalOf(text: string): Uint8Array {
  return encoder.encode(JSON.stringify(text))
}

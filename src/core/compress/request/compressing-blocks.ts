/**
 * Counts all billed text of a request and compresses the blocks in it, oldest first. What is known takes no steps of its
 * own: an agent sends most of a request again.
 */

import type { BilledSpan, Block, ReadBody } from '../../dialect/index.ts'
import { endOf, type Splice, startOf } from '../../json/index.ts'
import { isSteps, type Steps } from '../../steps.ts'
import type { BlockResult } from '../block/compress-block.ts'
import { CountBudget } from '../memory/count-budget.ts'
import { CountingOnce } from '../memory/count-once.ts'
import { type Counting, Memory, type MemoryOptions } from '../memory/memory.ts'
import type { BilledText } from '../memory/span-text.ts'
import { forgetTexts } from '../memory/text-memo.ts'
import { BlockCompressor } from './block-compressor.ts'
import type { RequestForms } from './request-forms.ts'
import type { CompressionSettings } from './settings.ts'
import type { Tally } from './tally.ts'

export interface BlocksOptions extends MemoryOptions {
  readonly forms?: RequestForms | undefined
}

/** @returns what is sent in place of blocks, in the order of the body */
export function* compressingBlocks(
  tally: Tally,
  settings: CompressionSettings,
  options: BlocksOptions,
): Steps<readonly Splice[]> {
  const { read } = tally
  const memory = new Memory(read, tally.counter, options)
  const compression = new Compression(tally, memory, { settings, forms: options.forms })
  const order = new BlocksInOrder(read.facts.blocks)
  const stride = new Stride(read)
  try {
    for (const span of read.facts.billed) {
      const own = order.of(span.node)
      const counting = compression.countingFor(own)
      const text = memory.textOf(span, counting)
      if (!text.isCounted) yield* memory.counting(text, counting)
      tally.bill(span, text)
      for (const block of own) {
        const steps = compression.compress(block, text)
        if (steps !== undefined) yield* steps
      }
      if (stride.isOver(span)) yield
    }
    return compression.end()
  } finally {
    forgetTexts()
  }
}

/** The blocks of one request: the results, the report, and what is sent. */
class Compression {
  readonly #tally: Tally
  readonly #memory: Memory
  readonly #compressor: BlockCompressor
  /** For texts that are estimated where the budget ends, and for those with a block that is tried. */
  readonly #partly: Counting
  readonly #whole: Counting
  readonly #splices: Splice[] = []

  constructor(
    tally: Tally,
    memory: Memory,
    { settings, forms }: { readonly settings: CompressionSettings; readonly forms: RequestForms | undefined },
  ) {
    const { tape, facts } = tally.read
    const counter = new CountingOnce(tally.counter)
    this.#tally = tally
    this.#memory = memory
    this.#compressor = new BlockCompressor(settings, { tape, facts, counter, memory, forms })
    this.#partly = { counter, budget: new CountBudget(), isWhole: false }
    this.#whole = { ...this.#partly, isWhole: true }
  }

  countingFor(own: readonly Block[]): Counting {
    return own.some(this.#compressor.mayTry, this.#compressor) ? this.#whole : this.#partly
  }

  /** @returns the steps that are left; undefined where the result was known */
  compress(block: Block, text: BilledText): Steps<void> | undefined {
    if (block.isNested === true) return this.#nested(block)
    const soon = this.#compressor.compress(block, text)
    if (isSteps(soon)) return this.#making(block, text, soon)
    this.#take(block, text, soon)
    return undefined
  }

  /** @returns what is sent in place of blocks */
  end(): readonly Splice[] {
    this.#compressor.remember()
    return this.#splices
  }

  *#nested(block: Block): Steps<void> {
    const text = yield* this.#memory.nestedText(block, this.#partly)
    const soon = this.#compressor.compress(block, text)
    this.#take(block, text, isSteps(soon) ? yield* soon : soon)
  }

  *#making(block: Block, text: BilledText, steps: Steps<BlockResult | undefined>): Steps<void> {
    this.#take(block, text, yield* steps)
  }

  #take(block: Block, { tokens }: BilledText, result: BlockResult | undefined): void {
    if (result === undefined) return
    this.#tally.see(block, tokens, result)
    if (result.status === 'changed') this.#splices.push(this.#compressor.splice)
  }
}

const NO_BLOCKS: readonly Block[] = []

/** Blocks and billed spans follow the body: no map of all blocks is needed to find those of a span. */
class BlocksInOrder {
  readonly #blocks: readonly Block[]
  #at = 0

  constructor(blocks: readonly Block[]) {
    this.#blocks = blocks
  }

  /** @param node of a literal behind those that were asked for before */
  of(node: number): readonly Block[] {
    const blocks = this.#blocks
    while ((blocks[this.#at]?.node ?? node) < node) this.#at++
    const from = this.#at
    while (blocks[this.#at]?.node === node) this.#at++
    return from === this.#at ? NO_BLOCKS : blocks.slice(from, this.#at)
  }
}

/** Bytes that are read in one step, a span counting as some: a few milliseconds of the most hostile text. */
const STEP_BYTES = 8192
const SPAN_BYTES = 64

class Stride {
  readonly #tape: ReadBody['tape']
  #bytes = 0

  constructor({ tape }: ReadBody) {
    this.#tape = tape
  }

  /** Asked once a span: is it time for a pause behind it? */
  isOver({ node }: BilledSpan): boolean {
    this.#bytes += SPAN_BYTES + endOf(this.#tape, node) - startOf(this.#tape, node)
    if (this.#bytes < STEP_BYTES) return false
    this.#bytes = 0
    return true
  }
}

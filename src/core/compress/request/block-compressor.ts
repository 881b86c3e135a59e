/** Compresses the blocks of one request in order: each by itself first, then by references to earlier blocks. */

import type { Block } from '../../dialect/index.ts'
import type { JsonTape } from '../../json/index.ts'
import type { TokenCounter } from '../../tokenizer/index.ts'
import { type BlockResult, compressBlock, isRecognised, type PlansFor } from '../block/compress-block.ts'
import { compressAcross, isPlain } from '../earlier/compress-across.ts'
import { EarlierBlocks } from '../earlier/earlier-blocks.ts'
import { hintOf } from '../kinds/hint.ts'
import { kindOf } from '../kinds/kind-of.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import type { BilledText, Memory } from '../memory/memory.ts'
import { ACROSS, acrossOf, plansFor, techniquesOf } from '../profiles.ts'
import { type Budget, createBudget } from './budget.ts'
import type { CompressionSettings } from './settings.ts'

/** What the blocks of one request share. */
export interface RequestParts {
  readonly tape: JsonTape
  readonly counter: TokenCounter
  readonly memory: Memory
}

export class BlockCompressor {
  readonly #settings: CompressionSettings
  readonly #tape: JsonTape
  readonly #counter: TokenCounter
  readonly #memory: Memory
  readonly #budget: Budget
  readonly #earlier = new EarlierBlocks()

  constructor(settings: CompressionSettings, { tape, counter, memory }: RequestParts) {
    this.#settings = settings
    this.#tape = tape
    this.#counter = counter
    this.#memory = memory
    this.#budget = createBudget(
      techniquesOf(settings.profile).length + (acrossOf(settings.profile) === undefined ? 0 : 1),
    )
  }

  /**
   * Must be called for every block of the request, oldest first.
   * @returns undefined for a block that is not tried
   */
  compress(block: Block, text: BilledText): BlockResult | undefined {
    const result = this.#isTried(block, text) ? this.#try(block, text) : undefined
    if (acrossOf(this.#settings.profile) === undefined) return result
    const sent = result?.status === 'changed' ? result.text : undefined
    const isPlain = (): boolean => this.#isPlain(result, text)
    const name = this.#earlier.add(block, { text: () => sent ?? text.text, isPlain })
    if (name !== undefined) this.#memory.follow(name, text, sent)
    return result
  }

  #isPlain(result: BlockResult | undefined, text: BilledText): boolean {
    if (result?.status === 'changed') return isPlain(result, ACROSS)
    return result?.status === 'unchanged' || result?.status === 'refused' || !isRecognised(text.text, [])
  }

  #isTried(block: Block, { tokens }: BilledText): boolean {
    const bytes = block.end - block.start
    if (!isEligible(block, this.#settings) || tokens < this.#settings.minTokens) return false
    return bytes <= MAX_BLOCK_BYTES && this.#budget.take(bytes)
  }

  #try(block: Block, text: BilledText): BlockResult {
    const { profile } = this.#settings
    const hint = hintOf(this.#tape, block)
    const question = `${profile}|${hint.isFile ? 'file' : ''}|${hint.isRead ? 'read' : ''}`
    const counter = this.#counter
    const plans: PlansFor = (some) => plansFor(profile, kindOf(some, hint))
    const alone = (): BlockResult => this.#memory.alone(question, text, () => compressBlock(text.text, plans, counter))
    const technique = acrossOf(profile)
    if (technique === undefined) return alone()
    const across = { technique, earlier: this.#earlier, counter }
    return this.#memory.across(question, text, () => compressAcross(text.text, alone(), across))
  }
}

function isEligible({ kind, tool }: Block, settings: CompressionSettings): boolean {
  return (
    (kind === 'tool-result' || settings.userText === 'Observations') &&
    (tool === undefined || !settings.isExcludedTool(tool))
  )
}

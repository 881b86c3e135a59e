/** Compresses the blocks of one request in order: each by itself first, then by references to earlier blocks. */

import type { Block } from '../../dialect/index.ts'
import type { TokenCounter } from '../../tokenizer/index.ts'
import { type BlockResult, compressBlock, isRecognised } from '../block/compress-block.ts'
import { compressAcross, isPlain } from '../earlier/compress-across.ts'
import { EarlierBlocks } from '../earlier/earlier-blocks.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import type { BilledText, Memory } from '../memory/memory.ts'
import { ACROSS, PROFILES, type Step } from '../profiles.ts'
import type { AcrossTechnique } from '../technique.ts'
import { type Budget, createBudget } from './budget.ts'
import type { CompressionSettings } from './settings.ts'

export class BlockCompressor {
  readonly #settings: CompressionSettings
  readonly #counter: TokenCounter
  readonly #memory: Memory
  readonly #steps: readonly Step[]
  readonly #technique: AcrossTechnique | undefined
  readonly #budget: Budget
  readonly #earlier = new EarlierBlocks()

  constructor(settings: CompressionSettings, counter: TokenCounter, memory: Memory) {
    this.#settings = settings
    this.#counter = counter
    this.#memory = memory
    this.#steps = PROFILES[settings.profile]
    this.#technique = ACROSS[settings.profile]
    this.#budget = createBudget(this.#steps.flat().length + (this.#technique === undefined ? 0 : 1))
  }

  /**
   * Must be called for every block of the request, oldest first.
   * @returns undefined for a block that is not tried
   */
  compress(block: Block, text: BilledText): BlockResult | undefined {
    const result = this.#isTried(block, text) ? this.#try(text) : undefined
    if (this.#technique === undefined) return result
    const sent = result?.status === 'changed' ? result.text : undefined
    const isPlain = (): boolean => this.#isPlain(result, text)
    const name = this.#earlier.add(block, { text: () => sent ?? text.text, isPlain })
    if (name !== undefined) this.#memory.follow(name, text, sent)
    return result
  }

  #isPlain(result: BlockResult | undefined, text: BilledText): boolean {
    if (result?.status === 'changed') return isPlain(result, this.#steps)
    return result?.status === 'unchanged' || result?.status === 'refused' || !isRecognised(text.text, this.#steps, [])
  }

  #isTried(block: Block, { tokens }: BilledText): boolean {
    const bytes = block.end - block.start
    if (!isEligible(block, this.#settings) || tokens < this.#settings.minTokens) return false
    return bytes <= MAX_BLOCK_BYTES && this.#budget.take(bytes)
  }

  #try(text: BilledText): BlockResult {
    const { profile } = this.#settings
    const steps = this.#steps
    const counter = this.#counter
    const alone = (): BlockResult => this.#memory.alone(profile, text, () => compressBlock(text.text, steps, counter))
    const technique = this.#technique
    if (technique === undefined) return alone()
    const earlier = this.#earlier
    return this.#memory.across(profile, text, () =>
      compressAcross(text.text, alone(), { technique, earlier, steps, counter }),
    )
  }
}

function isEligible({ kind, tool }: Block, settings: CompressionSettings): boolean {
  return (
    (kind === 'tool-result' || settings.userText === 'Observations') &&
    (tool === undefined || !settings.isExcludedTool(tool))
  )
}

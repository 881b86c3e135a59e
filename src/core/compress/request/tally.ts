/** Adds up the results for one request while its blocks are compressed. */

import type { BilledSpan, Block, ReadBody } from '../../dialect/index.ts'
import { type Accuracy, type TokenCounter, worse } from '../../tokenizer/index.ts'
import type { BlockResult } from '../block/compress-block.ts'
import type { BilledTokens } from '../memory/count-budget.ts'
import type { ChangeReport, Outcome, Report, TechniqueReport } from '../report.ts'

export class Tally {
  readonly read: ReadBody
  readonly counter: TokenCounter
  readonly #startedAt = performance.now()
  readonly #blocks = { seen: 0, changed: 0, refused: 0, failopen: 0 }
  readonly #techniques: Record<string, TechniqueReport> = {}
  readonly #changes: ChangeReport[] = []
  #accuracy: Accuracy
  #tokens = 0
  #headTokens = 0
  #savedTokens = 0

  constructor(read: ReadBody, counter: TokenCounter) {
    this.read = read
    this.counter = counter
    const { hasMedia, reasoning } = read.facts
    // Nobody can count them from the request: reasoning is encrypted, or a summary of what is billed.
    const isWhole = !hasMedia && reasoning.length === 0
    this.#accuracy = isWhole ? counter.accuracy : worse(counter.accuracy, 'approx')
  }

  bill({ what, isHead }: BilledSpan, { tokens, isEstimate }: BilledTokens): void {
    this.#tokens += tokens
    if (isEstimate) this.#accuracy = 'heuristic'
    if (isHead) this.#headTokens += tokens
    // The accuracy of a request is that of its least accurate part.
    if (what === 'tools' || what === 'schema') this.#accuracy = worse(this.#accuracy, this.counter.toolsAccuracy)
  }

  /**
   * Records a block that was tried.
   * @param tokens the block's billed tokens before compression
   */
  see(block: Block, tokens: number, result: BlockResult): void {
    this.#blocks.seen++
    if (result.status === 'unchanged' || result.status === 'kept') return
    this.#blocks[result.status]++
    if (result.status !== 'changed') return
    const billedPerToken = tokens / result.tokens
    const savedBefore = this.#savedTokens
    for (const { technique, savedTokens } of result.applied) {
      const entry = this.#techniques[technique.name] ?? { blocks: 0, savedTokens: 0 }
      this.#techniques[technique.name] = entry
      entry.blocks++
      entry.savedTokens += billedPerToken * savedTokens
      this.#savedTokens += billedPerToken * savedTokens
    }
    this.#changes.push({
      path: block.path,
      techniques: result.applied.map(({ technique }) => technique.name),
      tokens: {
        before: this.#tokens - this.#headTokens - tokens,
        original: tokens,
        saved: this.#savedTokens - savedBefore,
      },
    })
  }

  report({ profile, outcome, sentBytes }: { profile: string; outcome: Outcome; sentBytes: number }): Report {
    const { body, dialect, facts } = this.read
    const original = Math.round(this.#tokens)
    const sent = Math.round(this.#tokens - this.#savedTokens)
    for (const entry of Object.values(this.#techniques)) entry.savedTokens = Math.round(entry.savedTokens)
    return {
      dialect: dialect.name,
      model: facts.model,
      profile,
      outcome,
      tokens: { original, sent, saved: original - sent, accuracy: this.#accuracy },
      bytes: { original: body.length, sent: sentBytes },
      blocks: this.#blocks,
      techniques: this.#techniques,
      changes: this.#changes.map((change) => withPlace(change, this.#headTokens)),
      ms: performance.now() - this.#startedAt,
    }
  }
}

/** The provider reads the head before all messages, but the body may hold it behind them: its size is known at the end. */
function withPlace({ tokens, ...change }: ChangeReport, headTokens: number): ChangeReport {
  const { before, original, saved } = tokens
  return {
    ...change,
    tokens: { before: Math.round(headTokens + before), original: Math.round(original), saved: Math.round(saved) },
  }
}

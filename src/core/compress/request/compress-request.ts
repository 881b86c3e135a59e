/** One request's blocks through the techniques of a profile, and what came of it. */

import type { Block, ReadBody } from '../../dialect/index.ts'
import { type Splice, splice } from '../../json/index.ts'
import type { TokenCounter } from '../../tokenizer/index.ts'
import { type BlockResult, compressBlock } from '../block/compress-block.ts'
import { compressAcross } from '../earlier/compress-across.ts'
import { EarlierBlocks } from '../earlier/earlier-blocks.ts'
import { ACROSS, PROFILES, type ProfileName } from '../profiles.ts'
import type { Report } from '../report.ts'
import { billedText, billedTokens } from './billed.ts'
import { createBudget, MAX_BLOCK_BYTES } from './budget.ts'
import { passthroughReport } from './passthrough-report.ts'
import { Tally } from './tally.ts'

export interface CompressionSettings {
  readonly mode: 'Disabled' | 'Audit' | 'Enforce'
  /** Is this call of a session that is left untouched, to compare with? */
  readonly isHeldOut: boolean
  readonly profile: ProfileName
  /** Smallest block worth trying, in tokens. */
  readonly minTokens: number
  readonly userText: 'Never' | 'Observations'
  isExcludedTool(name: string): boolean
}

/**
 * Compresses a request body. A pure function of its arguments but for the time in the report. Never throws: when
 * something other than a single block fails, the body goes out as it came and the outcome is `failopen`.
 * @returns the body to send, the very same one when nothing changed, and the report
 */
export function compressRequest(
  read: ReadBody,
  settings: CompressionSettings,
  counter: TokenCounter,
): { body: Uint8Array; report: Report } {
  const { body } = read
  const { profile, mode } = settings
  try {
    if (mode === 'Disabled' || settings.isHeldOut) {
      const outcome = mode === 'Disabled' ? 'passthrough' : 'holdout'
      return { body, report: passthroughReport({ read, counter, profile, outcome, bytes: body.length }) }
    }
    const tally = new Tally(read, counter)
    const sent = splice(body, compressBlocks(tally, settings))
    const outcome = mode === 'Audit' ? 'audit' : sent === body ? 'passthrough' : 'compressed'
    return { body: mode === 'Audit' ? body : sent, report: tally.report({ profile, outcome, sentBytes: sent.length }) }
  } catch {
    return { body, report: passthroughReport({ read, profile, outcome: 'failopen', bytes: body.length }) }
  }
}

/** Counts everything billed and compresses the blocks among it, oldest first. */
function compressBlocks(tally: Tally, settings: CompressionSettings): Splice[] {
  const { read, counter } = tally
  const blocks = new Map(read.facts.blocks.map((block) => [block.node, block]))
  const compress = blockCompressor(settings, counter)
  const splices: Splice[] = []
  for (const span of read.facts.billed) {
    const text = billedText(read.tape, span)
    const tokens = billedTokens(span, text, counter)
    tally.bill(span, tokens)
    const block = blocks.get(span.node)
    if (block === undefined) continue
    const result = compress(block, text, tokens)
    if (result === undefined) continue
    tally.see(block, tokens, result)
    if (result.status !== 'changed') continue
    splices.push({ start: block.start, end: block.end, bytes: Buffer.from(JSON.stringify(result.text)) })
  }
  return splices
}

/** Compresses the blocks of one request, which it must be given all, oldest first; undefined for those it does not try. */
function blockCompressor(settings: CompressionSettings, counter: TokenCounter) {
  const steps = PROFILES[settings.profile]
  const technique = ACROSS[settings.profile]
  const earlier = new EarlierBlocks()
  const budget = createBudget(steps.flat().length + (technique === undefined ? 0 : 1))

  const tryBlock = (block: Block, text: string, tokens: number): BlockResult | undefined => {
    const bytes = block.end - block.start
    if (!isEligible(block, settings) || tokens < settings.minTokens) return undefined
    if (bytes > MAX_BLOCK_BYTES || !budget.take(bytes)) return undefined
    const alone = compressBlock(text, steps, counter)
    return technique === undefined ? alone : compressAcross(text, alone, { technique, earlier, steps, counter })
  }

  return (block: Block, text: string, tokens: number): BlockResult | undefined => {
    const result = tryBlock(block, text, tokens)
    if (technique !== undefined) earlier.add(block, result?.status === 'changed' ? result.text : text)
    return result
  }
}

function isEligible({ kind, tool }: Block, settings: CompressionSettings): boolean {
  return (
    (kind === 'tool-result' || settings.userText === 'Observations') &&
    (tool === undefined || !settings.isExcludedTool(tool))
  )
}

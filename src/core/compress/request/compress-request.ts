/** One request's blocks through the techniques of a profile, and what came of it. */

import type { Block, ReadBody } from '../../dialect/index.ts'
import { type Splice, splice } from '../../json/index.ts'
import type { TokenCounter } from '../../tokenizer/index.ts'
import { compressBlock } from '../block/compress-block.ts'
import { PROFILES, type ProfileName } from '../profiles.ts'
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
  const steps = PROFILES[settings.profile]
  const budget = createBudget(steps.flat().length)
  const blocks = eligibleBlocks(read, settings)
  const splices: Splice[] = []
  for (const span of read.facts.billed) {
    const text = billedText(read.tape, span)
    const tokens = billedTokens(span, text, counter)
    tally.bill(span, tokens)
    const block = blocks.get(span.node)
    if (block === undefined || tokens < settings.minTokens) continue
    const bytes = block.end - block.start
    if (bytes > MAX_BLOCK_BYTES || !budget.take(bytes)) continue
    const result = compressBlock(text, steps, counter)
    tally.see(block, tokens, result)
    if (result.status !== 'changed') continue
    splices.push({ start: block.start, end: block.end, bytes: Buffer.from(JSON.stringify(result.text)) })
  }
  return splices
}

function eligibleBlocks({ facts }: ReadBody, settings: CompressionSettings): Map<number, Block> {
  const blocks = facts.blocks.filter(
    ({ kind, tool }) =>
      (kind === 'tool-result' || settings.userText === 'Observations') &&
      (tool === undefined || !settings.isExcludedTool(tool)),
  )
  return new Map(blocks.map((block) => [block.node, block]))
}

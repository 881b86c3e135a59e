/** Compresses one request with the techniques of a profile, and reports the result. */

import type { ReadBody } from '../../dialect/index.ts'
import { type Splice, splice } from '../../json/index.ts'
import type { TokenCounter } from '../../tokenizer/index.ts'
import type { BlockCache } from '../memory/block-cache.ts'
import { countingOnce } from '../memory/count-once.ts'
import { Memory } from '../memory/memory.ts'
import { forgettingTexts } from '../memory/text-memo.ts'
import type { Report } from '../report.ts'
import { BlockCompressor } from './block-compressor.ts'
import { passthroughReport } from './passthrough-report.ts'
import type { CompressionSettings } from './settings.ts'
import { Tally } from './tally.ts'

/**
 * Compresses a request body. A pure function of its arguments except for the time in the report. Never throws: when
 * anything fails outside a single block, the body is sent unchanged and the outcome is `failopen`.
 * @param cache results of earlier requests; the output is the same without it
 * @returns the body to send, the same object when nothing changed, and the report
 */
export function compressRequest(
  read: ReadBody,
  settings: CompressionSettings,
  counter: TokenCounter,
  cache?: BlockCache,
): { body: Uint8Array; report: Report } {
  const { body } = read
  const { profile, mode } = settings
  try {
    if (mode === 'Disabled' || settings.isHeldOut) {
      const outcome = mode === 'Disabled' ? 'passthrough' : 'holdout'
      return { body, report: passthroughReport({ read, counter, cache, profile, outcome, bytes: body.length }) }
    }
    const tally = new Tally(read, counter)
    const memory = new Memory(read, counter, cache)
    const splices = forgettingTexts(() => compressBlocks(tally, settings, memory))
    const sent = splice(body, splices)
    const outcome = mode === 'Audit' ? 'audit' : sent === body ? 'passthrough' : 'compressed'
    return { body: mode === 'Audit' ? body : sent, report: tally.report({ profile, outcome, sentBytes: sent.length }) }
  } catch {
    return { body, report: passthroughReport({ read, profile, outcome: 'failopen', bytes: body.length }) }
  }
}

/** Counts all billed text and compresses the blocks in it, oldest first. */
function compressBlocks(tally: Tally, settings: CompressionSettings, memory: Memory): Splice[] {
  const { read } = tally
  const blocks = new Map(read.facts.blocks.map((block) => [block.node, block]))
  const counter = countingOnce(tally.counter)
  const compressor = new BlockCompressor(settings, { tape: read.tape, counter, memory })
  const splices: Splice[] = []
  for (const span of read.facts.billed) {
    const text = memory.textOf(span, counter)
    tally.bill(span, text.tokens)
    const block = blocks.get(span.node)
    if (block === undefined) continue
    const result = compressor.compress(block, text)
    if (result === undefined) continue
    tally.see(block, text.tokens, result)
    if (result.status !== 'changed') continue
    splices.push({ start: block.start, end: block.end, bytes: Buffer.from(JSON.stringify(result.text)) })
  }
  return splices
}

/** The report of a call whose body is sent unchanged. */

import type { ReadBody } from '../../dialect/index.ts'
import { atOnce, type Steps } from '../../steps.ts'
import type { TokenCounter } from '../../tokenizer/index.ts'
import type { BlockCache } from '../memory/block-cache.ts'
import { CountBudget } from '../memory/count-budget.ts'
import { Memory } from '../memory/memory.ts'
import type { Outcome, Report } from '../report.ts'
import { Tally } from './tally.ts'

export interface Passthrough {
  /** Absent when the body could not be read as its dialect's. */
  readonly read?: ReadBody | undefined
  /** Absent when counting failed. */
  readonly counter?: TokenCounter
  /** Holds the counts of earlier texts. */
  readonly cache?: BlockCache | undefined
  readonly profile: string
  readonly outcome: Exclude<Outcome, 'compressed' | 'audit'>
  /** Length of the body. */
  readonly bytes: number
}

/** As `reporting`, in one go. */
export function passthroughReport(passthrough: Passthrough): Report {
  return atOnce(reporting(passthrough))
}

/** Counts the request if possible; a failed count is absent, not an error. */
export function* reporting({ read, counter, cache, profile, outcome, bytes }: Passthrough): Steps<Report> {
  const counted = read && counter && (yield* countedReport(new Tally(read, counter), cache, { profile, outcome }))
  return (
    counted ?? {
      dialect: read?.dialect.name,
      model: read?.facts.model,
      profile,
      outcome,
      tokens: undefined,
      bytes: { original: bytes, sent: bytes },
      blocks: { seen: 0, changed: 0, refused: 0, failopen: 0 },
      techniques: {},
      changes: [],
      ms: 0,
    }
  )
}

function* countedReport(
  tally: Tally,
  cache: BlockCache | undefined,
  as: { profile: string; outcome: Outcome },
): Steps<Report | undefined> {
  const { read, counter } = tally
  try {
    const memory = new Memory(read, counter, { cache })
    const budget = new CountBudget()
    for (const span of read.facts.billed) {
      const text = memory.textOf(span, { budget })
      if (!text.isCounted) yield* memory.counting(text, { budget })
      tally.bill(span, text)
      yield
    }
    return tally.report({ ...as, sentBytes: read.body.length })
  } catch {
    return undefined
  }
}

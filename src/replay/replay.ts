/** Replays recorded sessions through the very code that the sidecar runs, and checks what comes out. */

import { type CompressionSettings, compressRequest } from '../core/compress/index.ts'
import { type ReadBody, readBody } from '../core/dialect/index.ts'
import { resolveCounter, type Vocabularies } from '../core/tokenizer/index.ts'
import { countFailedDecodes, isPrefixOf } from './check.ts'
import { type CorpusSet, type Row, readRows } from './corpus.ts'
import { createFormula } from './formula.ts'
import { type Recording, recordingOf } from './requests.ts'
import type { ReplayResult, SkippedRows } from './result.ts'
import { type RequestFigures, SetTally } from './set-tally.ts'

export interface ReplayOptions {
  readonly settings: CompressionSettings
  readonly vocabularies: Vocabularies
  /** Rows per set; all of them by default. */
  readonly limit?: number
  /** Called before each row. */
  readonly onProgress?: (progress: { readonly set: string; readonly row: number; readonly rows: number }) => void
}

export function replayCorpus(sets: readonly CorpusSet[], options: ReplayOptions): ReplayResult {
  const replayed = sets.map(({ name, file }) => {
    const rows = readRows(file, options.limit ?? Number.POSITIVE_INFINITY)
    warmUp(rows, options)
    return replaySet(name, rows, options)
  })
  return {
    sets: replayed.flatMap(({ tally }) => (tally.sessions > 0 ? [tally.result()] : [])),
    skipped: replayed.flatMap(({ skipped }) => skipped),
  }
}

/** Enough that the token tables are loaded and the code is compiled: a sidecar is warm nearly all its life. */
const WARM_UP_REQUESTS = 100

function warmUp(rows: readonly Row[], options: ReplayOptions): void {
  const requests: (() => void)[] = []
  for (const row of rows) {
    const recording = recordingOf(row)
    if (typeof recording === 'string') continue
    for (const body of recording.bodies) requests.push(() => replayTurn(body, recording.dialect, options))
    if (requests.length >= WARM_UP_REQUESTS) break
  }
  for (let i = 0; i < WARM_UP_REQUESTS; i++) requests[i % requests.length]?.()
}

interface ReplayedSet {
  readonly tally: SetTally
  readonly skipped: readonly SkippedRows[]
}

function replaySet(name: string, rows: readonly Row[], options: ReplayOptions): ReplayedSet {
  const tally = new SetTally(name)
  const reasons = new Map<string, number>()
  for (const [index, row] of rows.entries()) {
    options.onProgress?.({ set: name, row: index + 1, rows: rows.length })
    const recording = recordingOf(row)
    const problem = typeof recording === 'string' ? recording : replayRow(row, recording, { tally, options })
    if (problem === undefined) tally.addSession()
    else reasons.set(problem, (reasons.get(problem) ?? 0) + 1)
  }
  return { tally, skipped: [...reasons].map(([reason, count]) => ({ set: name, rows: count, reason })) }
}

/** @returns why the row cannot be replayed, when it cannot */
function replayRow(
  row: Row,
  { dialect, bodies }: Recording,
  { tally, options }: { tally: SetTally; options: ReplayOptions },
): string | undefined {
  const formula = createFormula(options.vocabularies.get('o200k_base'))
  let previous: Turn | undefined
  for (const body of bodies) {
    const turn = replayTurn(body, dialect, options)
    if (turn === undefined) return `bodies that are not of dialect ${dialect.name}`
    const figures = figuresOf(turn, previous, formula)
    tally.addRequest(figures)
    if (row.kind === 'tool-output') tally.addCapped(figures.tokensBefore, figures.tokensAfter)
    previous = turn
  }
  return undefined
}

interface Turn {
  readonly read: ReadBody
  readonly sent: Uint8Array
  readonly report: RequestFigures['report']
  readonly ms: number
}

/** The sidecar's work on one request. */
function replayTurn(body: Uint8Array, dialect: Recording['dialect'], options: ReplayOptions): Turn | undefined {
  const began = performance.now()
  const read = readBody(body, dialect)
  if (read === undefined) return undefined
  const counter = resolveCounter(read.facts.model, dialect.provider, options.vocabularies)
  const { body: sent, report } = compressRequest(read, options.settings, counter)
  return { read, sent, report, ms: performance.now() - began }
}

function figuresOf(
  { read, sent, report, ms }: Turn,
  previous: Turn | undefined,
  formula: (read: ReadBody) => number,
): RequestFigures {
  const sentRead = sent === read.body ? read : readBody(sent, read.dialect)
  return {
    tokensBefore: formula(read),
    tokensAfter: formula(sentRead ?? read),
    ms,
    report,
    failedDecodes: sentRead === read ? 0 : countFailedDecodes(read, sentRead, report),
    isPrefixBroken: previous !== undefined && !isPrefixOf(previous.sent, sent),
  }
}

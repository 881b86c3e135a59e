/** Runs one set through one contender, request by request in the recorded order. */

import type { Dialect, ReadBody } from '../core/dialect/index.ts'
import { readBody } from '../core/dialect/index.ts'
import type { Tokenizer } from '../core/tokenizer/index.ts'
import type { Contender, Sent, Written } from './contender.ts'
import type { Row } from './corpus/corpus.ts'
import { recordingOf } from './corpus/requests.ts'
import { createFormula } from './formula.ts'
import type { RequestFigures, SetTally } from './set-tally.ts'

export interface Run<W extends Written> {
  /** Creates a new contender every time, so that it remembers nothing of the warm-up. */
  create(): Contender<W>
  readonly tally: SetTally
  readonly o200k: Tokenizer
  onRow(index: number): void
  /** Called after each request. */
  onRequest?(sent: Sent<W>): void
}

/** @returns the reasons for skipped rows, with the number of rows */
export function runSet<W extends Written>(rows: readonly Row[], run: Run<W>): ReadonlyMap<string, number> {
  warmUp(rows, run.create())
  const contender = run.create()
  const reasons = new Map<string, number>()
  for (const [index, row] of rows.entries()) {
    run.onRow(index)
    const problem = replayRow(row, contender, run)
    if (problem === undefined) run.tally.addSession()
    else reasons.set(problem, (reasons.get(problem) ?? 0) + 1)
  }
  return reasons
}

/** Enough to load the token tables and compile the code: a sidecar is warm nearly all the time. */
const WARM_UP_REQUESTS = 100

function warmUp<W extends Written>(rows: readonly Row[], contender: Contender<W>): void {
  const requests: (() => void)[] = []
  for (const row of rows) {
    const recording = recordingOf(row)
    if (typeof recording === 'string') continue
    for (const body of recording.bodies()) requests.push(() => contender.send(body, recording.dialect))
    if (requests.length >= WARM_UP_REQUESTS) break
  }
  for (let i = 0; i < WARM_UP_REQUESTS; i++) requests[i % requests.length]?.()
}

/** @returns the reason if the row cannot be replayed */
function replayRow<W extends Written>(row: Row, contender: Contender<W>, run: Run<W>): string | undefined {
  const recording = recordingOf(row)
  if (typeof recording === 'string') return recording
  const formula = createFormula(run.o200k)
  let previous: Sent<W> | undefined
  for (const body of recording.bodies()) {
    const turn = takeTurn(contender, body, recording.dialect)
    if (turn === undefined) return `bodies that are not of dialect ${recording.dialect.name}`
    const figures = figuresOf(contender, turn, { previous, formula })
    run.tally.addRequest(figures)
    if (row.kind === 'tool-output') run.tally.addCapped(figures.tokensBefore, figures.tokensAfter)
    run.onRequest?.(turn.sent)
    previous = turn.sent
  }
  return undefined
}

interface Turn<W extends Written> {
  readonly sent: Sent<W>
  readonly ms: number
}

function takeTurn<W extends Written>(contender: Contender<W>, body: Uint8Array, dialect: Dialect): Turn<W> | undefined {
  const began = performance.now()
  const sent = contender.send(body, dialect)
  const ms = performance.now() - began
  if (sent === undefined) return undefined
  const read = sent.body === sent.original.body ? sent.original : readBody(sent.body, dialect)
  return { sent: { ...sent, read }, ms }
}

function figuresOf<W extends Written>(
  contender: Contender<W>,
  { sent, ms }: Turn<W>,
  { previous, formula }: { previous: Sent<W> | undefined; formula: (read: ReadBody) => number },
): RequestFigures {
  return {
    tokensBefore: formula(sent.original),
    tokensAfter: formula(sent.read ?? sent.original),
    ms,
    failedDecodes: contender.countFailedDecodes?.(sent),
    failures: contender.countFailures(sent),
    isPrefixBroken: previous !== undefined && !contender.isExtended(previous, sent),
  }
}

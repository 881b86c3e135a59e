/** One set through one contender, request by request as its agents sent them. */

import type { Dialect, ReadBody } from '../core/dialect/index.ts'
import { readBody } from '../core/dialect/index.ts'
import type { Tokenizer } from '../core/tokenizer/index.ts'
import type { Contender, Sent } from './contender.ts'
import type { Row } from './corpus/corpus.ts'
import { recordingOf } from './corpus/requests.ts'
import { createFormula } from './formula.ts'
import type { RequestFigures, SetTally } from './set-tally.ts'

export interface Run<S extends Sent> {
  /** A fresh one every time, so that nothing is remembered from the warm-up. */
  create(): Contender<S>
  readonly tally: SetTally
  readonly o200k: Tokenizer
  onRow(index: number): void
  /** After each request; a session's come one after another. */
  onRequest?(sent: S): void
}

/** @returns why rows could not be replayed, and how many */
export function runSet<S extends Sent>(rows: readonly Row[], run: Run<S>): ReadonlyMap<string, number> {
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

/** Enough that the token tables are loaded and the code is compiled: a sidecar is warm nearly all its life. */
const WARM_UP_REQUESTS = 100

function warmUp<S extends Sent>(rows: readonly Row[], contender: Contender<S>): void {
  const requests: (() => void)[] = []
  for (const row of rows) {
    const recording = recordingOf(row)
    if (typeof recording === 'string') continue
    for (const body of recording.bodies()) requests.push(() => contender.send(body, recording.dialect))
    if (requests.length >= WARM_UP_REQUESTS) break
  }
  for (let i = 0; i < WARM_UP_REQUESTS; i++) requests[i % requests.length]?.()
}

/** @returns why the row cannot be replayed, when it cannot */
function replayRow<S extends Sent>(row: Row, contender: Contender<S>, run: Run<S>): string | undefined {
  const recording = recordingOf(row)
  if (typeof recording === 'string') return recording
  const formula = createFormula(run.o200k)
  let previous: S | undefined
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

interface Turn<S> {
  readonly sent: S
  readonly ms: number
}

function takeTurn<S extends Sent>(contender: Contender<S>, body: Uint8Array, dialect: Dialect): Turn<S> | undefined {
  const began = performance.now()
  const sent = contender.send(body, dialect)
  const ms = performance.now() - began
  if (sent === undefined) return undefined
  const read = sent.body === sent.original.body ? sent.original : readBody(sent.body, dialect)
  return { sent: { ...sent, read } as S, ms }
}

function figuresOf<S extends Sent>(
  contender: Contender<S>,
  { sent, ms }: Turn<S>,
  { previous, formula }: { previous: S | undefined; formula: (read: ReadBody) => number },
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

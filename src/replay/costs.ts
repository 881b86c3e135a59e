/** The costs of a set's sessions under simulated prompt caches, in the form of `m2m replay --json`. */

import type { Tokenizer } from '../core/tokenizer/index.ts'
import type { Contender } from './contender.ts'
import { isChatSession } from './corpus/chat-session.ts'
import type { Row } from './corpus/corpus.ts'
import { type Recording, recordingOf } from './corpus/requests.ts'
import { type CompressedTurn, compressionCosts, type MarkedCosts, markedCosts, oneShotCosts } from './cost/index.ts'
import type { CacheCost, CompressionCost } from './result.ts'

export interface CostOptions {
  readonly rows: readonly Row[]
  readonly o200k: Tokenizer
  /** Called before each row. */
  onRow(index: number): void
}

/** @returns undefined when no row is a session with a request */
export function costsOfMarking(options: CostOptions): Readonly<Record<string, CacheCost>> | undefined {
  if (!hasSessions(options)) return undefined
  return byRuleSet(markedCosts(sessionsOf(options, bodiesOf), options.o200k))
}

/** @returns undefined when no row is a session with a request */
export function costsOfCompression(
  contender: Contender,
  options: CostOptions,
): Readonly<Record<string, CompressionCost>> | undefined {
  if (!hasSessions(options)) return undefined
  const sessions = sessionsOf(options, (recording) => turnsOf(recording, contender))
  return Object.fromEntries(compressionCosts(sessions, options.o200k).map(({ rules, ...cost }) => [rules, cost]))
}

/** Number of sessions that are replayed, but whose form has no simulated cost. */
export function countUncosted(rows: readonly Row[]): number {
  return rows.filter((row) => row.kind === 'session' && !isChatSession(row)).length
}

export function costsOfOneShots(o200k: Tokenizer): Readonly<Record<string, CacheCost>> {
  return byRuleSet(oneShotCosts(o200k))
}

/** A client that sends contents as plain strings has fewer places to mark, so its costs have an own name. */
function byRuleSet(costs: readonly MarkedCosts[]): Readonly<Record<string, CacheCost>> {
  return Object.fromEntries(
    costs.map(({ rules, shape, ...cost }) => [shape === 'blocks' ? rules : `${rules}, ${shape}`, cost]),
  )
}

function hasSessions({ rows, o200k }: CostOptions): boolean {
  for (const _ of sessionsOf({ rows, o200k, onRow: () => {} }, bodiesOf)) return true
  return false
}

function* sessionsOf<T>(
  { rows, onRow }: CostOptions,
  read: (recording: Recording) => readonly T[],
): Generator<readonly T[]> {
  for (const [index, row] of rows.entries()) {
    onRow(index)
    const recording = isChatSession(row) ? recordingOf(row) : ''
    const requests = typeof recording === 'string' ? [] : read(recording)
    if (requests.length > 0) yield requests
  }
}

function bodiesOf(recording: Recording): readonly Uint8Array[] {
  return [...recording.bodies()]
}

function turnsOf({ dialect, bodies }: Recording, contender: Contender): readonly CompressedTurn[] {
  return [...bodies()].map((original) => ({ original, sent: contender.send(original, dialect)?.body ?? original }))
}

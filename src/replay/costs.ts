/** What a set's sessions cost under the simulated prompt caches, as `m2m replay --json` says it. */

import type { Tokenizer } from '../core/tokenizer/index.ts'
import type { Contender } from './contender.ts'
import type { Row } from './corpus.ts'
import { type CompressedTurn, compressionCosts, type KeeperCosts, keeperCosts, oneShotCosts } from './cost/index.ts'
import { type Recording, recordingOf } from './requests.ts'
import type { CacheCost, CompressionCost } from './result.ts'

/** @returns undefined when no row is a session with a request */
export function costsOfKeeper(rows: readonly Row[], o200k: Tokenizer): Readonly<Record<string, CacheCost>> | undefined {
  return hasSessions(rows) ? byRuleSet(keeperCosts(sessionsOf(rows, bodiesOf), o200k)) : undefined
}

/** @returns undefined when no row is a session with a request */
export function costsOfCompression(
  rows: readonly Row[],
  contender: Contender,
  o200k: Tokenizer,
): Readonly<Record<string, CompressionCost>> | undefined {
  if (!hasSessions(rows)) return undefined
  const costs = compressionCosts(
    sessionsOf(rows, (recording) => turnsOf(recording, contender)),
    o200k,
  )
  return Object.fromEntries(costs.map(({ rules, ...cost }) => [rules, cost]))
}

export function costsOfOneShots(o200k: Tokenizer): Readonly<Record<string, CacheCost>> {
  return byRuleSet(oneShotCosts(o200k))
}

/** A client that writes its contents as plain strings gives the keeper less to mark: it stands apart. */
function byRuleSet(costs: readonly KeeperCosts[]): Readonly<Record<string, CacheCost>> {
  const named = costs.map(({ rules, shape, ...cost }) => [shape === 'blocks' ? rules : `${rules}, ${shape}`, cost])
  return Object.fromEntries(named) as Readonly<Record<string, CacheCost>>
}

function hasSessions(rows: readonly Row[]): boolean {
  for (const _ of sessionsOf(rows, bodiesOf)) return true
  return false
}

function* sessionsOf<T>(rows: readonly Row[], read: (recording: Recording) => readonly T[]): Generator<readonly T[]> {
  for (const row of rows) {
    const recording = row.kind === 'session' ? recordingOf(row) : ''
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

/** What a set's input costs under every provider's prompt cache: the `cost` of `m2m replay --json` (snake case). */

import type { Tokenizer } from '../../core/tokenizer/index.ts'
import { type CompressedTurn, type CompressionCosts, CompressionSimulation } from './compression.ts'
import { oneShotSessions } from './one-shot.ts'
import { type CostRuleSet, RULE_SETS } from './rule-sets.ts'
import type { Shape } from './shapes.ts'
import { SimReader } from './sim-request.ts'
import { type Costs, Simulation } from './simulation.ts'

export interface CostResult {
  /** The set's; `one-shot (synthetic)` for the load that is made up. */
  readonly name: string
  readonly sessions: number
  /** The cache keeper alone, compression off. */
  readonly keeper: readonly KeeperCosts[]
  /** Compression alone, the keeper off; empty where nothing was compressed. */
  readonly compression: readonly CompressionCosts[]
}

export interface KeeperCosts extends Costs {
  readonly rules: CostRuleSet
  /** How the client writes contents: as arrays of blocks, which can be marked, or as plain strings. */
  readonly shape: Shape
}

const SHAPES: readonly Shape[] = ['blocks', 'strings']

/** @param sessions in the order in which they came */
export function costOfSessions(
  name: string,
  sessions: Iterable<readonly CompressedTurn[]>,
  o200k: Tokenizer,
): CostResult {
  const reader = new SimReader(o200k)
  const simulations = keeperSimulations(reader)
  const compressions = RULE_SETS.filter((rules) => rules.name !== 'anthropic-explicit').map(
    (rules) => new CompressionSimulation({ rules, reader }),
  )
  let count = 0
  for (const turns of sessions) {
    count++
    const originals = turns.map(({ original }) => original)
    for (const { simulation } of simulations) simulation.add(originals)
    for (const compression of compressions) compression.add(turns)
  }
  return { name, sessions: count, keeper: costsOf(simulations), compression: compressions.map((each) => each.costs()) }
}

/** The load of one-shot calls, which no recorded session is like. */
export function costOfOneShots(o200k: Tokenizer): CostResult {
  const reader = new SimReader(o200k)
  const simulations = keeperSimulations(reader)
  const sessions = oneShotSessions(reader)
  for (const { simulation } of simulations) for (const bodies of sessions) simulation.add(bodies)
  return { name: 'one-shot (synthetic)', sessions: sessions.length, keeper: costsOf(simulations), compression: [] }
}

interface KeeperSimulation {
  readonly rules: CostRuleSet
  readonly shape: Shape
  readonly simulation: Simulation
}

function keeperSimulations(reader: SimReader): KeeperSimulation[] {
  return RULE_SETS.flatMap((rules) =>
    SHAPES.map((shape) => ({ rules: rules.name, shape, simulation: new Simulation({ rules, shape, reader }) })),
  )
}

function costsOf(simulations: readonly KeeperSimulation[]): KeeperCosts[] {
  return simulations.map(({ rules, shape, simulation }) => ({ rules, shape, ...simulation.costs() }))
}

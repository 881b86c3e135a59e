/** What a set's input costs under every provider's prompt cache. */

import type { Tokenizer } from '../../core/tokenizer/index.ts'
import type { CompressedTurn } from './compressed-turn.ts'
import { type CompressionCosts, CompressionSimulation } from './compression.ts'
import { oneShotSessions } from './one-shot.ts'
import { type CostRuleSet, RULE_SETS } from './rule-sets.ts'
import type { Shape } from './shapes.ts'
import { SimReader } from './sim-request.ts'
import { type Costs, Simulation } from './simulation.ts'

export interface KeeperCosts extends Costs {
  readonly rules: CostRuleSet
  /** How the client writes contents: as arrays of blocks, which can be marked, or as plain strings. */
  readonly shape: Shape
}

const SHAPES: readonly Shape[] = ['blocks', 'strings']

/**
 * The cache keeper alone, compression off.
 * @param sessions their bodies turn by turn, in the order in which they came
 */
export function keeperCosts(sessions: Iterable<readonly Uint8Array[]>, o200k: Tokenizer): readonly KeeperCosts[] {
  const reader = new SimReader(o200k)
  const simulations = keeperSimulations(reader)
  for (const bodies of sessions) {
    const turns = bodies.map((body) => ({ original: body, sent: body }))
    for (const { simulation } of simulations) simulation.add(turns)
  }
  return costsOf(simulations)
}

/** Compression alone, the keeper off; and both. */
export function compressionCosts(
  sessions: Iterable<readonly CompressedTurn[]>,
  o200k: Tokenizer,
): readonly CompressionCosts[] {
  const reader = new SimReader(o200k)
  const simulations = RULE_SETS.filter((rules) => rules.name !== 'anthropic-explicit').map(
    (rules) => new CompressionSimulation({ rules, reader }),
  )
  for (const turns of sessions) for (const simulation of simulations) simulation.add(turns)
  return simulations.map((each) => each.costs())
}

/** The cache keeper on a load of one-shot calls, which no recorded session is like. */
export function oneShotCosts(o200k: Tokenizer): readonly KeeperCosts[] {
  return keeperCosts(oneShotSessions(new SimReader(o200k)), o200k)
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

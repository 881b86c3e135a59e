/** Simulates the cost of a set's input under every provider's prompt cache. */

import type { Tokenizer } from '../../core/tokenizer/index.ts'
import type { CompressedTurn } from './compressed-turn.ts'
import { type CompressionCosts, CompressionSimulation } from './compression.ts'
import { oneShotSessions } from './one-shot.ts'
import { type CostRuleSet, RULE_SETS } from './rule-sets.ts'
import type { Shape } from './shapes.ts'
import { SimReader } from './sim-request.ts'
import { type Costs, Simulation } from './simulation.ts'

export interface MarkedCosts extends Costs {
  readonly rules: CostRuleSet
  /** The form of contents: arrays of blocks, which can be marked, or plain strings. */
  readonly shape: Shape
}

const SHAPES: readonly Shape[] = ['blocks', 'strings']

/**
 * With cache marks, without compression.
 * @param sessions the bodies of each session, turn by turn, in the recorded order
 */
export function markedCosts(sessions: Iterable<readonly Uint8Array[]>, o200k: Tokenizer): readonly MarkedCosts[] {
  const reader = new SimReader(o200k)
  const simulations = markedSimulations(reader)
  for (const bodies of sessions) {
    const turns = bodies.map((body) => ({ original: body, sent: body }))
    for (const { simulation } of simulations) simulation.add(turns)
  }
  return costsOf(simulations)
}

/** With compression only; and with compression and cache marks. */
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

/** With cache marks on a load of one-shot calls, since no recorded session has one. */
export function oneShotCosts(o200k: Tokenizer): readonly MarkedCosts[] {
  return markedCosts(oneShotSessions(new SimReader(o200k)), o200k)
}

interface MarkedSimulation {
  readonly rules: CostRuleSet
  readonly shape: Shape
  readonly simulation: Simulation
}

function markedSimulations(reader: SimReader): MarkedSimulation[] {
  return RULE_SETS.flatMap((rules) =>
    SHAPES.map((shape) => ({ rules: rules.name, shape, simulation: new Simulation({ rules, shape, reader }) })),
  )
}

function costsOf(simulations: readonly MarkedSimulation[]): MarkedCosts[] {
  return simulations.map(({ rules, shape, simulation }) => ({ rules, shape, ...simulation.costs() }))
}

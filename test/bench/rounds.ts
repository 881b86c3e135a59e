/**
 * The rounds of one scenario. In a round each contender takes its turn: the floor first, the two builds in the order
 * A B B A, and B A A B in the next round, so that neither is always the first one and a drift of the machine hits both.
 */

import { type Loaded, type Sample, type Scenario, sampleOf } from './scenarios.ts'
import type { Contender } from './servers/contender.ts'
import { mean } from './statistics.ts'

export const BASE = 'base'
export const THIS = 'this'

/** By contender, one sample a round. */
export type Samples = ReadonlyMap<string, readonly Sample[]>

export async function play(scenario: Scenario, contenders: readonly Contender[], rounds: number): Promise<Samples> {
  const loaded = contenders.map((contender): Loaded => ({ contender, nextBody: scenario.bodies() }))
  const byName = new Map(loaded.map((each) => [each.contender.name, each]))
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]))
  for (let round = 1 - scenario.warmUpRounds; round <= rounds; round++) {
    const taken = new Map<string, Sample[]>()
    for (const name of orderOf([...byName.keys()], round)) {
      const each = byName.get(name)
      if (each === undefined) continue
      const sample = await sampleOf(scenario, each, `round ${round}/${rounds}`)
      taken.set(name, [...(taken.get(name) ?? []), sample])
    }
    if (round < 1) continue
    for (const [name, list] of taken) samples.get(name)?.push(reduceSamples(list, mean))
  }
  return samples
}

/** @returns the names in the order of their turns */
export function orderOf(names: readonly string[], round: number): readonly string[] {
  if (!names.includes(BASE)) return names
  const others = names.filter((name) => name !== BASE && name !== THIS)
  const [first, second] = round % 2 === 0 ? [THIS, BASE] : [BASE, THIS]
  return [...others, first, second, second, first]
}

/** @param reduce `mean`, `median`, ... of each figure */
export function reduceSamples(list: readonly Sample[], reduce: (values: readonly number[]) => number): Sample {
  const of = (pick: (sample: Sample) => number): number => reduce(list.map(pick))
  return {
    perSecond: of((it) => it.perSecond),
    cpuMicros: of((it) => it.cpuMicros),
    p50Ms: of((it) => it.p50Ms),
    p99Ms: of((it) => it.p99Ms),
    firstByteP50Ms: of((it) => it.firstByteP50Ms),
    failures: of((it) => it.failures),
    instructions: list.some(({ instructions }) => instructions === undefined)
      ? undefined
      : of((it) => it.instructions ?? 0),
  }
}

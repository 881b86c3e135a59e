/** `--soak MINUTES`: the memory of both builds under load that goes on, and its slope. */

import { closedLoop } from '../load.ts'
import { type Loaded, type Scenario, targetOf } from '../scenarios.ts'
import { slope } from '../statistics.ts'
import type { Memory } from './smaps.ts'

export interface Soaked {
  /** When the load has ended. */
  readonly end: Memory
  /** Of anonymous memory over the second half, in MB per hour. */
  readonly slopeMbPerHour: number
}

const SAMPLE_SECONDS = 5

/** Loads all of them at once, each with the connections of the scenario, for so many minutes. */
export async function soak(scenario: Scenario, loaded: readonly Loaded[], minutes: number): Promise<readonly Soaked[]> {
  const points = loaded.map((): (readonly [hours: number, anonymousMb: number])[] => [])
  const begun = performance.now()
  const end = begun + minutes * 60_000
  while (performance.now() < end) {
    await Promise.all(loaded.map((each) => closedLoop(targetOf(each), scenario.connections, SAMPLE_SECONDS)))
    const hours = (performance.now() - begun) / 3_600_000
    for (const [at, { contender }] of loaded.entries()) points[at]?.push([hours, contender.memory().anonymous])
  }
  return loaded.map(({ contender }, at) => ({
    end: contender.memory(),
    slopeMbPerHour: slopeOfSecondHalf(points[at] ?? []),
  }))
}

/** The first half is growth to the working size: caches fill, code is compiled. */
export function slopeOfSecondHalf(points: readonly (readonly [hours: number, mb: number])[]): number {
  return slope(points.slice(points.length >> 1))
}

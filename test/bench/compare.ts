/**
 * `BASE=REV make bench`: the CPU time that a call costs in this build beside the build of another revision. Both are
 * loaded in the same run, in the order A B B A, against the same upstream and the same floor. Each round gives one ratio.
 */

import type { BenchOptions } from './options.ts'
import type { Build } from './revision.ts'
import { type Figures, type Mode, type Scenario, sampleOf } from './scenarios.ts'
import type { Contender } from './servers/contender.ts'
import { startFloor, startSidecar } from './servers/start.ts'
import { median, pairedRatio, type Spread } from './statistics.ts'
import { table } from './table.ts'

interface Comparison {
  readonly scenario: string
  /** CPU microseconds per call, a value per round. */
  readonly floor: readonly number[]
  readonly base: readonly number[]
  readonly current: readonly number[]
  /** current / base, by round. */
  readonly ratio: Spread
  readonly failures: number
}

/** @returns what is written to `--json FILE` */
export async function compareWith(
  { sha, title, root }: Build,
  options: BenchOptions,
  upstreamPort: number,
): Promise<unknown> {
  const floor = await startFloor(upstreamPort)
  const started: Contender[] = [floor]
  const pairs = new Map<Mode, Pair>()
  try {
    for (const mode of new Set(options.scenarios.map((scenario) => scenario.mode))) {
      const baseSidecar = await startSidecar({ name: 'base', mode, upstreamPort, root })
      started.push(baseSidecar)
      const currentSidecar = await startSidecar({ name: 'this', mode, upstreamPort, root: '.' })
      started.push(currentSidecar)
      pairs.set(mode, { base: baseSidecar, current: currentSidecar })
    }
    const comparisons: Comparison[] = []
    for (const scenario of options.scenarios) {
      const pair = pairs.get(scenario.mode)
      if (pair !== undefined) comparisons.push(await compare(scenario, { ...pair, floor }, options.rounds))
    }
    print(title, options.rounds, comparisons)
    return { base: sha, comparisons }
  } finally {
    for (const contender of started) await contender.stop()
  }
}

interface Pair {
  readonly base: Contender
  readonly current: Contender
}

async function compare(
  scenario: Scenario,
  { floor, base, current }: Pair & { readonly floor: Contender },
  rounds: number,
): Promise<Comparison> {
  const cpu: Record<'floor' | 'base' | 'current', number[]> = { floor: [], base: [], current: [] }
  let failures = 0
  const take = async (contender: Contender, round: number): Promise<number> => {
    const sample: Figures = await sampleOf(scenario, contender, `round ${round}/${rounds}`)
    failures += sample.failures
    return sample.cpuMicrosPerRequest
  }
  for (let round = 1 - scenario.warmUpRounds; round <= rounds; round++) {
    const floorMicros = await take(floor, round)
    // A B B A in one round, B A A B in the next: neither build is always the first one.
    const [first, second] = round % 2 === 0 ? [current, base] : [base, current]
    const outer = [await take(first, round)]
    const inner = [await take(second, round), await take(second, round)]
    outer.push(await take(first, round))
    if (round < 1) continue
    const isBaseFirst = first === base
    cpu.floor.push(floorMicros)
    cpu.base.push(mean(isBaseFirst ? outer : inner))
    cpu.current.push(mean(isBaseFirst ? inner : outer))
  }
  return { scenario: scenario.name, ...cpu, ratio: pairedRatio(cpu.current, cpu.base), failures }
}

function print(title: string, rounds: number, comparisons: readonly Comparison[]): void {
  console.log(`\nCPU per call, this build beside ${title}`)
  console.log(`${rounds} rounds; us: median; ratio: this / base in the same round\n`)
  const rows = comparisons.map(({ scenario, floor, base, current, ratio, failures }) => [
    scenario,
    ...[floor, base, current].map((values) => median(values).toFixed(1)),
    ...[ratio.min, ratio.median, ratio.max].map((value) => value.toFixed(3)),
    String(failures),
  ])
  console.log(table(['', 'floor us', 'base us', 'this us', 'ratio min', 'median', 'max', 'failures'], rows))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

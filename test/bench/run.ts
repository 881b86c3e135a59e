/**
 * One run of the benchmark: every scenario in rounds that alternate, then what is measured in processes of its own. All
 * of it in one run, so that a ratio to the floor or to the base means something.
 */

import { cpus } from 'node:os'
import { type Contenders, labelOf, startContenders } from './contenders.ts'
import type { Figure, Ledger } from './ledger/ledger.ts'
import {
  type MemoryRow,
  printMemory,
  printProfiles,
  printSizes,
  printSoak,
  printStarts,
} from './ledger/print-ledger.ts'
import { sizesOf } from './ledger/sizes.ts'
import { measureStarts, type Starter } from './ledger/start-up.ts'
import type { Memory } from './memory/smaps.ts'
import { soak } from './memory/soak.ts'
import type { BenchOptions } from './options.ts'
import { printScenario, printTokenizer } from './print.ts'
import { type Profile, profileSidecar } from './profile/profile.ts'
import type { Build } from './revision.ts'
import { BASE, play, reduceSamples, type Samples, THIS } from './rounds.ts'
import type { Scenario } from './scenarios.ts'
import type { Contender } from './servers/contender.ts'
import { canCountInstructions } from './servers/instructions.ts'
import { floorLaunch, sidecarLaunch } from './servers/start.ts'
import { median } from './statistics.ts'
import { benchTokenizer } from './tokenizer.ts'

interface Run {
  readonly options: BenchOptions
  readonly upstream: Contender
  readonly current: Build
  readonly base: Build | undefined
}

/** Memory settles after a start. */
const SETTLE_MS = 2000

export async function runBench(run: Run): Promise<Ledger> {
  const { options, current, base } = run
  console.log(`this: ${current.title}${base === undefined ? '' : `\nbase: ${base.title}`}`)
  if (!canCountInstructions()) console.log('instructions: perf cannot count them on this machine')
  const figures: Figure[] = []
  const { parts } = options
  if (parts.has('rounds') || parts.has('profile')) figures.push(...(await benchCalls(run)))
  if (parts.has('start')) figures.push(...printStarts(await measureStarts(startersOf(run))))
  if (parts.has('sizes'))
    figures.push(...printSizes(new Map(builds(run).map(([who, { root }]) => [who, sizesOf(root)]))))
  if (options.soakMinutes > 0) figures.push(...(await benchSoak(run)))
  if (parts.has('tokens')) figures.push(...printTokenizer(await benchTokenizer()))
  const { model = 'unknown', length } = { ...cpus()[0], length: cpus().length }
  return {
    builds: { this: current.title, base: base?.title },
    node: process.version,
    machine: `${model}, ${length} cores`,
    figures,
  }
}

function builds({ current, base }: Run): readonly (readonly [string, Build])[] {
  return [...(base === undefined ? [] : [[BASE, base] as const]), [THIS, current] as const]
}

/** Rounds and profiles of each scenario, and the memory of those that were loaded. */
async function benchCalls(run: Run): Promise<readonly Figure[]> {
  const { options, upstream, base } = run
  const figures: Figure[] = []
  const contenders = await startContenders({ ...options, upstream, base })
  try {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
    const idle = memoriesOf(contenders)
    const played = new Map<Scenario, Samples>()
    for (const scenario of options.parts.has('rounds') ? options.scenarios : []) {
      const samples = await play(scenario, contenders.of(scenario), options.rounds)
      played.set(scenario, samples)
      figures.push(...printScenario(scenario, samples))
    }
    const loaded = memoriesOf(contenders)
    const rows = contenders.all.map(({ label }): MemoryRow => {
      return { who: label, idle: idle.get(label) ?? UNKNOWN, loaded: loaded.get(label) ?? UNKNOWN }
    })
    if (options.parts.has('rounds')) figures.push(...printMemory(rows))
    if (options.parts.has('profile')) figures.push(...(await benchProfiles(run, played)))
  } finally {
    await contenders.stop()
  }
  return figures
}

const UNKNOWN: Memory = { resident: Number.NaN, anonymous: Number.NaN, private: Number.NaN, proportional: Number.NaN }

function memoriesOf({ all }: Contenders): ReadonlyMap<string, Memory> {
  return new Map(all.map(({ label, contender }) => [label, contender.memory()]))
}

async function benchProfiles(run: Run, played: ReadonlyMap<Scenario, Samples>): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const scenario of run.options.scenarios) {
    // An open loop sends the calls of a closed one.
    if (scenario.others.includes('direct')) continue
    const profiles = new Map<string, Profile>()
    for (const [who, { root }] of builds(run)) {
      profiles.set(who, await profileSidecar({ ...scenario.running, root, upstreamPort: run.upstream.port }, scenario))
    }
    const samples = played.get(scenario) ?? new Map()
    const micros = new Map([...samples].map(([who, list]) => [who, reduceSamples(list, median).cpuMicros] as const))
    figures.push(...printProfiles(scenario.name, profiles, micros))
  }
  return figures
}

async function benchSoak({ options, upstream, base }: Run): Promise<readonly Figure[]> {
  const scenario = options.scenarios[0]
  if (scenario === undefined) return []
  const contenders = await startContenders({ ...options, scenarios: [scenario], upstream, base })
  try {
    const soaking = contenders.of(scenario).filter(({ name }) => name === BASE || name === THIS)
    const loaded = soaking.map((contender) => ({ contender, nextBody: scenario.bodies() }))
    const soaked = await soak(scenario, loaded, options.soakMinutes)
    const rows = soaked.map((each, at) => ({ who: `${soaking[at]?.name}, ${labelOf(scenario.running)}`, soaked: each }))
    return printSoak(options.soakMinutes, rows)
  } finally {
    await contenders.stop()
  }
}

function startersOf(run: Run): readonly Starter[] {
  const upstreamPort = run.upstream.port
  const floor: Starter = {
    name: 'floor',
    async launch() {
      const how = await floorLaunch(upstreamPort)
      return { ...how, readyPort: how.port, readyPath: '/v1/models' }
    },
  }
  const sidecars = builds(run).map(([name, { root }]): Starter => {
    return {
      name,
      async launch() {
        const how = await sidecarLaunch({ mode: 'Enforce', upstreamPort, root })
        return { ...how, readyPort: how.adminPort, readyPath: '/readyz' }
      },
    }
  })
  return [floor, ...sidecars]
}

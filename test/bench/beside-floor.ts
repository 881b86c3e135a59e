/** The sidecar beside its baselines: no proxy, a bare proxy, and with PEERS=1 another gateway. */

import type { BenchOptions } from './options.ts'
import { printProcesses, printScenario, printTokenizer } from './print.ts'
import { type Figures, type Scenario, sampleOf } from './scenarios.ts'
import type { Contender } from './servers/contender.ts'
import { startPortkey } from './servers/portkey.ts'
import { CONTENDER_CORE, startFloor, startSidecar } from './servers/start.ts'
import { benchTokenizer } from './tokenizer.ts'

/** @returns what is written to `--json FILE` */
export async function benchBesideFloor(options: BenchOptions, upstream: Contender): Promise<unknown> {
  const started: Contender[] = []
  const results: Record<string, unknown> = {}
  try {
    await startAll(started, options, upstream.port)
    const contenders = [{ ...upstream, name: 'direct', cpuMicros: () => 0 }, ...started]
    const idle = Object.fromEntries(contenders.map((c) => [c.name, c.residentMb()]))
    for (const scenario of options.scenarios) {
      results[scenario.name] = printScenario(scenario, await measure(scenario, contenders, options.rounds))
    }
    results['process'] = printProcesses(contenders, idle)
  } finally {
    for (const contender of started) await contender.stop()
  }
  if (options.isComplete) results['tokenizer'] = printTokenizer(await benchTokenizer())
  return results
}

/** Adds to `started` one by one, so that those before a failure are stopped. */
async function startAll(started: Contender[], { withPeers }: BenchOptions, upstreamPort: number): Promise<void> {
  started.push(await startFloor(upstreamPort))
  started.push(await startSidecar({ name: 'sidecar-off', mode: 'Disabled', upstreamPort, root: '.' }))
  started.push(await startSidecar({ name: 'sidecar-safe', mode: 'Enforce', upstreamPort, root: '.' }))
  const portkey = withPeers ? await startPortkey(CONTENDER_CORE, upstreamPort) : undefined
  if (portkey !== undefined) started.push(portkey)
}

async function measure(
  scenario: Scenario,
  contenders: readonly Contender[],
  rounds: number,
): Promise<ReadonlyMap<string, readonly Figures[]>> {
  const taking = scenario.contenders.flatMap((name) => contenders.find((contender) => contender.name === name) ?? [])
  const samples = new Map<string, Figures[]>(taking.map(({ name }) => [name, []]))
  for (let round = 1 - scenario.warmUpRounds; round <= rounds; round++) {
    for (const contender of taking) {
      const sample = await sampleOf(scenario, contender, `round ${round}/${rounds}`)
      if (round > 0) samples.get(contender.name)?.push(sample)
    }
  }
  return samples
}

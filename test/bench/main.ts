/**
 * `make bench`: the sidecar beside its own baselines in the same run, in short rounds that alternate, so that a drift of
 * the machine hits all of them. Prints medians with their spread, and ratios to the floor; `--json FILE` keeps them.
 * One core carries the contender under load, the other one the load and the upstream.
 */

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Contender, freePort, pinSelf, startContender } from './contender.ts'
import { startPortkey } from './portkey.ts'
import { type Figures, figures, SCENARIOS, type Scenario } from './scenarios.ts'
import { table } from './table.ts'
import { benchTokenizer } from './tokenizer.ts'

const { values: flags } = parseArgs({
  options: { json: { type: 'string' }, rounds: { type: 'string', default: '5' }, only: { type: 'string' } },
})
const LOAD_CORE = 0
const CONTENDER_CORE = 1
const rounds = Number(flags.rounds)
const folder = mkdtempSync(join(tmpdir(), 'm2m-bench-'))

pinSelf(LOAD_CORE)
const upstreamPort = await freePort()
const upstream = await startContender('upstream', LOAD_CORE, upstreamPort, [
  process.execPath,
  'test/bench/upstream.ts',
  String(upstreamPort),
])
const contenders = new Map<string, Contender>()
const results: Record<string, unknown> = {}
try {
  contenders.set('direct', { ...upstream, name: 'direct', cpuMicros: () => 0 })
  contenders.set('floor', await startFloor())
  contenders.set('sidecar-off', await startSidecar('sidecar-off', 'Disabled'))
  contenders.set('sidecar-safe', await startSidecar('sidecar-safe', 'Enforce'))
  if (process.env['PEERS'] === '1') {
    const portkey = await startPortkey(CONTENDER_CORE, upstreamPort)
    if (portkey !== undefined) contenders.set('portkey', portkey)
  }
  const idle = Object.fromEntries([...contenders.values()].map((c) => [c.name, c.residentMb()]))
  for (const scenario of SCENARIOS.filter((s) => s.name.includes(flags.only ?? ''))) {
    results[scenario.name] = await measure(scenario)
  }
  results['process'] = printProcesses(idle)
} finally {
  for (const contender of contenders.values()) if (contender.name !== 'direct') await contender.stop()
  await upstream.stop()
}
if (flags.only === undefined) results['tokenizer'] = await printTokenizer()
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(results, undefined, 2)}\n`)

async function startFloor(): Promise<Contender> {
  const port = await freePort()
  return startContender('floor', CONTENDER_CORE, port, [
    process.execPath,
    '--max-semi-space-size=2',
    'test/bench/floor.ts',
    String(port),
    String(upstreamPort),
  ])
}

async function startSidecar(name: string, mode: string): Promise<Contender> {
  const port = await freePort()
  const config = join(folder, `${name}.yaml`)
  // An empty file of its own keeps the settings of whoever runs the benchmark out of it.
  writeFileSync(config, '{}\n')
  const command = [
    'bin/m2m',
    'proxy',
    '--config',
    config,
    '--port',
    String(port),
    '--admin-port',
    String(await freePort()),
  ]
  return startContender(name, CONTENDER_CORE, port, [
    ...command,
    ...['--upstream', `http://127.0.0.1:${upstreamPort}/v1`, '--mode', mode, '--log-level', 'warn'],
  ])
}

async function measure(scenario: Scenario): Promise<Record<string, Figures>> {
  const taking = scenario.contenders.flatMap((name) => contenders.get(name) ?? [])
  const samples = new Map<string, Figures[]>(taking.map((c) => [c.name, []]))
  for (let round = 1 - scenario.warmUpRounds; round <= rounds; round++) {
    for (const contender of taking) {
      process.stderr.write(
        process.stderr.isTTY ? `\r${scenario.name}: round ${round}/${rounds} ${contender.name}    ` : '',
      )
      const cpuBefore = contender.cpuMicros()
      const result = await scenario.run({
        port: contender.port,
        path: '/v1/chat/completions',
        body: scenario.body,
        headers: contender.headers ?? [],
      })
      const sample = figures(result, contender.cpuMicros() - cpuBefore)
      if (round > 0) samples.get(contender.name)?.push(sample)
    }
  }
  process.stderr.write(process.stderr.isTTY ? '\r\x1b[K' : '')
  return printScenario(scenario, samples)
}

function printScenario(scenario: Scenario, samples: ReadonlyMap<string, readonly Figures[]>): Record<string, Figures> {
  const medians = new Map([...samples].map(([name, list]) => [name, mapFigures(list, median)]))
  const base = [...medians.values()][0]
  console.log(`\n${scenario.name}: median of ${rounds} rounds (min-max); x is the ratio to ${[...medians.keys()][0]}`)
  console.log(
    table(
      ['', 'requests/s', 'x', 'CPU us/request', 'x', 'p50 ms', 'p99 ms', 'first byte p50 ms', 'failures'],
      [...medians].map(([name, m]) => {
        const rates = (samples.get(name) ?? []).map((s) => s.perSecond)
        return [
          name,
          `${m.perSecond.toFixed(0)} (${Math.min(...rates).toFixed(0)}-${Math.max(...rates).toFixed(0)})`,
          ratio(m.perSecond, base?.perSecond),
          m.cpuMicrosPerRequest === 0 ? '-' : m.cpuMicrosPerRequest.toFixed(1),
          ratio(m.cpuMicrosPerRequest, base?.cpuMicrosPerRequest),
          m.p50Ms.toFixed(3),
          m.p99Ms.toFixed(3),
          m.firstByteP50Ms.toFixed(3),
          String(m.failures),
        ]
      }),
    ),
  )
  return Object.fromEntries(medians)
}

function printProcesses(idle: Readonly<Record<string, number>>): unknown {
  const rows = [...contenders.values()].filter((c) => c.name !== 'direct')
  console.log('\nProcesses: start until the port answers, resident memory before and after the load')
  console.log(
    table(
      ['', 'start ms', 'idle MB', 'loaded MB'],
      rows.map((c) => [c.name, c.startMs.toFixed(0), (idle[c.name] ?? 0).toFixed(0), c.residentMb().toFixed(0)]),
    ),
  )
  return rows.map((c) => ({ name: c.name, startMs: c.startMs, idleMb: idle[c.name], loadedMb: c.residentMb() }))
}

async function printTokenizer(): Promise<unknown> {
  const rows = await benchTokenizer()
  console.log('\nToken counting, one core')
  const names = Object.keys(rows[0] ?? {})
  console.log(
    table(
      names,
      rows.map((row) => Object.values(row).map(String)),
    ),
  )
  return rows
}

function mapFigures(list: readonly Figures[], reduce: (values: number[]) => number): Figures {
  const of = (pick: (figures: Figures) => number): number => reduce(list.map(pick))
  return {
    perSecond: of((f) => f.perSecond),
    cpuMicrosPerRequest: of((f) => f.cpuMicrosPerRequest),
    p50Ms: of((f) => f.p50Ms),
    p99Ms: of((f) => f.p99Ms),
    firstByteP50Ms: of((f) => f.firstByteP50Ms),
    failures: of((f) => f.failures),
  }
}

function median(values: number[]): number {
  const ascending = values.sort((a, b) => a - b)
  return ascending[Math.floor(ascending.length / 2)] ?? Number.NaN
}

function ratio(value: number, base: number | undefined): string {
  return base === undefined || base === 0 || value === 0 ? '-' : (value / base).toFixed(2)
}

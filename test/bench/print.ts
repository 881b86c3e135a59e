/** The tables of a run beside the floor. */

import type { Figures, Scenario } from './scenarios.ts'
import type { Contender } from './servers/contender.ts'
import { median } from './statistics.ts'
import { table } from './table.ts'
import type { TokenizerRow } from './tokenizer.ts'

/** @returns the medians, by contender */
export function printScenario(
  scenario: Scenario,
  samples: ReadonlyMap<string, readonly Figures[]>,
): Record<string, Figures> {
  const rounds = [...samples.values()][0]?.length ?? 0
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

/** @param idle resident memory before the load, in MB, by contender */
export function printProcesses(contenders: readonly Contender[], idle: Readonly<Record<string, number>>): unknown {
  const rows = contenders.filter((c) => c.name !== 'direct')
  console.log('\nProcesses: start until the port answers, resident memory before and after the load')
  console.log(
    table(
      ['', 'start ms', 'idle MB', 'loaded MB'],
      rows.map((c) => [c.name, c.startMs.toFixed(0), (idle[c.name] ?? 0).toFixed(0), c.residentMb().toFixed(0)]),
    ),
  )
  return rows.map((c) => ({ name: c.name, startMs: c.startMs, idleMb: idle[c.name], loadedMb: c.residentMb() }))
}

export function printTokenizer(rows: readonly TokenizerRow[]): unknown {
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

function ratio(value: number, base: number | undefined): string {
  return base === undefined || base === 0 || value === 0 ? '-' : (value / base).toFixed(2)
}

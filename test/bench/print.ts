/** The table of one scenario. */

import { type Figure, figuresOf } from './ledger/ledger.ts'
import { BASE, reduceSamples, type Samples, THIS } from './rounds.ts'
import type { Sample, Scenario } from './scenarios.ts'
import { median, pairedRatio } from './statistics.ts'
import { table } from './table.ts'
import type { TokenizerRow } from './tokenizer.ts'

const HEAD = [
  ...['', 'requests/s', 'x floor', 'CPU us', 'x floor', 'instructions'],
  ...['p50 ms', 'x', 'added', 'p99 ms', 'x', 'added', 'first byte p50', 'failures'],
]

/** @returns the medians, and the paired ratios of the two builds */
export function printScenario({ name }: Scenario, samples: Samples): readonly Figure[] {
  const medians = [...samples].map(([who, list]) => [who, reduceSamples(list, median)] as const)
  const floor = medians.find(([who]) => who === 'floor')?.[1]
  console.log(`\n${name}: medians of ${samples.get(THIS)?.length} rounds (smallest to largest rate); per call`)
  console.log(
    table(
      HEAD,
      medians.map(([who, sample]) => rowOf(who, { sample, floor, list: samples.get(who) ?? [] })),
    ),
  )
  const ratios = printRatios(samples)
  const figures = medians.flatMap(([who, sample]) => figuresOf({ section: name, who }, namedFigures(sample)))
  return [...figures, ...figuresOf({ section: name, who: 'this / base' }, ratios)]
}

interface Sampled {
  readonly sample: Sample
  readonly floor: Sample | undefined
  readonly list: readonly Sample[]
}

function rowOf(who: string, { sample, floor, list }: Sampled): readonly string[] {
  const rates = list.map(({ perSecond }) => perSecond)
  const timed = (value: number, of = Number.NaN): readonly string[] => [
    ...[value.toFixed(3), ratio(value, of)],
    Number.isNaN(of) ? '-' : (value - of).toFixed(3),
  ]
  return [
    who,
    `${sample.perSecond.toFixed(0)} (${Math.min(...rates).toFixed(0)}-${Math.max(...rates).toFixed(0)})`,
    ratio(sample.perSecond, floor?.perSecond),
    sample.cpuMicros === 0 ? '-' : sample.cpuMicros.toFixed(1),
    ratio(sample.cpuMicros, floor?.cpuMicros),
    sample.instructions?.toFixed(0) ?? '-',
    ...timed(sample.p50Ms, floor?.p50Ms),
    ...timed(sample.p99Ms, floor?.p99Ms),
    sample.firstByteP50Ms.toFixed(3),
    String(Math.ceil(sample.failures)),
  ]
}

/** Ratios inside each round, where both builds take part. */
function printRatios(samples: Samples): Readonly<Record<string, number>> {
  const [base, current] = [samples.get(BASE), samples.get(THIS)]
  if (base === undefined || current === undefined) return {}
  const spread = (of: (sample: Sample) => number): ReturnType<typeof pairedRatio> =>
    pairedRatio(current.map(of), base.map(of))
  const cpu = spread(({ cpuMicros }) => cpuMicros)
  const rate = spread(({ perSecond }) => perSecond)
  const text = ({ min, median: middle, max }: typeof cpu): string =>
    `${middle.toFixed(3)} (${min.toFixed(3)}-${max.toFixed(3)})`
  console.log(`  this / base by round: CPU ${text(cpu)}, requests/s ${text(rate)}`)
  return { 'CPU per call': cpu.median, 'requests/s': rate.median }
}

function namedFigures(sample: Sample): Readonly<Record<string, number | undefined>> {
  return {
    'requests/s': sample.perSecond,
    'CPU us per call': sample.cpuMicros,
    'instructions per call': sample.instructions,
    'p50 ms': sample.p50Ms,
    'p99 ms': sample.p99Ms,
    'first byte p50 ms': sample.firstByteP50Ms,
    failures: sample.failures,
  }
}

export function printTokenizer(rows: readonly TokenizerRow[]): readonly Figure[] {
  console.log('\nToken counting, one core')
  const names = Object.keys(rows[0] ?? {})
  console.log(
    table(
      names,
      rows.map((row) => Object.values(row).map(String)),
    ),
  )
  const number = (value: number | '-'): number | undefined => (value === '-' ? undefined : value)
  return rows.flatMap(({ what, engine, ms, memoryMb, mbPerSecond }) =>
    figuresOf(
      { section: `token counting, ${what}`, who: engine },
      { ms, MB: number(memoryMb), 'MB/s': number(mbPerSecond) },
    ),
  )
}

function ratio(value: number, base: number | undefined): string {
  return base === undefined || base === 0 || value === 0 ? '-' : (value / base).toFixed(2)
}

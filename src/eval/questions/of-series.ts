/** Questions about time series, as Prometheus answers a range query: a value at a time, extremes, counts. */

import type { Dice, Question, Task } from './question.ts'

type Maker = (series: readonly Series[], dice: Dice) => Question | undefined

export const SERIES_MAKERS: Readonly<Partial<Record<Task, Maker>>> = { value, which, count, extreme, next }

export interface Series {
  /** The labels that tell it from the others: `pod is web-1`. */
  readonly name: string
  readonly samples: readonly (readonly [time: string, value: string])[]
}

const MIN_SAMPLES = 3

/** @returns undefined for a text that is not a range matrix */
export function seriesOf(text: string): readonly Series[] | undefined {
  if (!text.includes('"matrix"')) return undefined
  const all = resultOf(text)
  if (all.length === 0 || all.some(({ values }) => !isSamples(values))) return undefined
  const labels = [...new Set(all.flatMap(({ metric }) => Object.keys(metric)))]
  const differing = labels.filter((label) => new Set(all.map(({ metric }) => metric[label])).size > 1)
  const series = all.map(({ metric, values }) => ({
    name: differing.map((label) => `${label} is ${metric[label]}`).join(' and '),
    samples: values.map(([time, value]) => [String(time), value] as const),
  }))
  return new Set(series.map(({ name }) => name)).size === series.length ? series : undefined
}

interface Result {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly (readonly [number, string])[]
}

/** Only what has the shape of a series; the rest of a reply does not matter. */
function resultOf(text: string): Result[] {
  try {
    const { data } = JSON.parse(text)
    const { result } = data ?? {}
    return Array.isArray(result) ? result.filter(({ metric, values }) => metric && Array.isArray(values)) : []
  } catch {
    return []
  }
}

function isSamples(values: Result['values']): boolean {
  return (
    values.length >= MIN_SAMPLES && values.every(([time, value]) => Number.isInteger(time) && typeof value === 'string')
  )
}

function value(all: readonly Series[], dice: Dice): Question | undefined {
  const series = dice.pick(all)
  const sample = series && dice.pick(series.samples)
  if (series === undefined || sample === undefined) return undefined
  return {
    task: 'value',
    text: `What is the value${of(series)} at ${sample[0]}? Answer with the value only.`,
    answer: [sample[1]],
  }
}

function which(all: readonly Series[], dice: Dice): Question | undefined {
  const series = dice.pick(all)
  const values = series?.samples.map(([, each]) => each) ?? []
  const unique = series?.samples.filter(([, each]) => values.indexOf(each) === values.lastIndexOf(each)) ?? []
  const sample = dice.pick(unique)
  if (series === undefined || sample === undefined) return undefined
  return {
    task: 'which',
    text: `At which time is the value${of(series)} ${sample[1]}? Answer with the time only, exactly as the result has it.`,
    answer: [sample[0]],
  }
}

function count(all: readonly Series[], dice: Dice): Question | undefined {
  const series = dice.pick(all)
  if (series === undefined) return undefined
  return {
    task: 'count',
    text: `How many values are listed${of(series)}? Answer with the number only.`,
    answer: [String(series.samples.length)],
  }
}

function extreme(all: readonly Series[], dice: Dice): Question | undefined {
  const series = dice.pick(all)
  const sorted = [...(series?.samples ?? [])].sort(([, a], [, b]) => Number(b) - Number(a))
  if (series === undefined || sorted[0] === undefined || Number(sorted[0][1]) === Number(sorted[1]?.[1]))
    return undefined
  return {
    task: 'extreme',
    text: `What is the highest value${of(series)}? Answer with the value only.`,
    answer: [sorted[0][1]],
  }
}

function next(all: readonly Series[], dice: Dice): Question | undefined {
  const series = dice.pick(all)
  if (series === undefined) return undefined
  const at = dice.roll(series.samples.length - 1)
  return {
    task: 'next',
    text: `What is the value${of(series)} at the time directly after ${series.samples[at]?.[0]}? Answer with the value only.`,
    answer: [series.samples[at + 1]?.[1] ?? ''],
  }
}

function of({ name }: Series): string {
  return name === '' ? '' : ` where ${name}`
}

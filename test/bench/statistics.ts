/** Small statistics of rounds. */

export function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b)
  const upper = ascending[values.length >> 1] ?? Number.NaN
  return values.length % 2 === 1 ? upper : ((ascending[(values.length >> 1) - 1] ?? Number.NaN) + upper) / 2
}

export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

/** Ratios of values measured in the same round, so that a drift of the machine between rounds cancels out. */
export function pairedRatio(values: readonly number[], bases: readonly number[]): Spread {
  const ratios = values.map((value, round) => value / (bases[round] ?? Number.NaN))
  return { min: Math.min(...ratios), median: median(ratios), max: Math.max(...ratios) }
}

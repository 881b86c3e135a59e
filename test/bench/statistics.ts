/** Small statistics of rounds and of samples over time. */

export function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b)
  const upper = ascending[values.length >> 1] ?? Number.NaN
  return values.length % 2 === 1 ? upper : ((ascending[(values.length >> 1) - 1] ?? Number.NaN) + upper) / 2
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
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

/** The slope of the line through the points by least squares, in units of y for one of x; NaN for fewer than two. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  return points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread
}

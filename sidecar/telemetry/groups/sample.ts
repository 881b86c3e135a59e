/** A figure over many sessions, as sums: its mean, and the difference of two means beyond chance. */

export interface Sample {
  count: number
  sum: number
  squares: number
}

export interface Difference {
  readonly mean: number
  /** The bounds hold the true difference in 95 of 100 such comparisons. */
  readonly low: number
  readonly high: number
}

/** Standard errors on each side of a mean that hold 95 %. */
const Z_95 = 1.96

export function emptySample(): Sample {
  return { count: 0, sum: 0, squares: 0 }
}

export function addMember(sample: Sample, value: number): void {
  sample.count++
  changeMember(sample, 0, value)
}

/** A member that was counted as `before` has become `after`. */
export function changeMember(sample: Sample, before: number, after: number): void {
  sample.sum += after - before
  sample.squares += after * after - before * before
}

/** The mean of `a` minus that of `b`, by the normal approximation: good enough from about 30 members in each. */
export function difference(a: Sample, b: Sample): Difference {
  const mean = a.sum / a.count - b.sum / b.count
  const margin = Z_95 * Math.sqrt(variance(a) / a.count + variance(b) / b.count)
  return { mean, low: mean - margin, high: mean + margin }
}

function variance({ count, sum, squares }: Sample): number {
  // Rounding can give a little less than 0.
  return Math.max(0, (squares - (sum * sum) / count) / (count - 1))
}

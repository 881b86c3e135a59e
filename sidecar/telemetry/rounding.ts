/** Rounds figures for display; unknown ones stay null. */

export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

export function round<N extends number | null>(value: N, digits: number): N {
  return (value === null ? null : Number(value.toFixed(digits))) as N
}

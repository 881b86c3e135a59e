/** The latency added over the last calls: a ring of plain numbers, sorted only when it is read. */

export interface LatencyWindow {
  add(ms: number): void
  /** null while nothing was added; p99 is sorted[min(floor(0.99 n), n - 1)]. */
  figures(): { readonly avgMs: number | null; readonly p99Ms: number | null }
}

/** @param size number of latest calls that count */
export function createLatencyWindow(size: number): LatencyWindow {
  const ring = new Float64Array(size)
  let added = 0
  return {
    add(ms) {
      ring[added % size] = ms
      added++
    },
    figures() {
      const sorted = ring.subarray(0, Math.min(added, size)).toSorted()
      const p99Ms = sorted[Math.min(Math.floor(sorted.length * 0.99), sorted.length - 1)]
      if (p99Ms === undefined) return { avgMs: null, p99Ms: null }
      return { avgMs: sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length, p99Ms }
    },
  }
}

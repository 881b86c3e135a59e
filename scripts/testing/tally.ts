/** Counts of checks and tests, and the last line that states them. */

export interface Tally {
  passed: number
  failed: number
  skipped: number
  /** Why tests were skipped, and how many for each reason. */
  readonly skips: Map<string, number>
}

export function createTally(): Tally {
  return { passed: 0, failed: 0, skipped: 0, skips: new Map() }
}

export function countSkip(tally: Tally, reason: string): void {
  tally.skipped++
  tally.skips.set(reason, (tally.skips.get(reason) ?? 0) + 1)
}

/** Prints the reasons of skips and the counts; returns the exit code. A run in which nothing ran has failed. */
export function printTally({ passed, failed, skipped, skips }: Tally): number {
  for (const [reason, count] of skips) console.log(`skipped ${count}: ${reason}`)
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
  return failed === 0 && passed + skipped > 0 ? 0 : 1
}

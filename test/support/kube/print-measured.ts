/** Figures of a test that has passed: tests assert order and count, people read the seconds. */

/** @param since of `performance.now()` */
export function printSeconds(what: string, since: number): void {
  printMeasured(`${what}: ${((performance.now() - since) / 1_000).toFixed(1)} s`)
}

export function printMeasured(line: string): void {
  process.stderr.write(`  measured: ${line}\n`)
}

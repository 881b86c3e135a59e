/** A result of plain lines, as a second result refers to it. */

/** @param count of lines, each with a name of its own */
export function listing(count: number, seed = 0): string {
  return Array.from({ length: count }, (_, i) => {
    const name = ['amber', 'birch', 'cedar', 'dune', 'ember'][(i * 7 + seed) % 5]
    return `order ${1_000 * (seed + 1) + i * 13} of customer ${name}-${(i * 31 + seed) % 97} waits for stock since day ${i}`
  }).join('\n')
}

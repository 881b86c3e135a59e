/** Prints a measured figure. Tests never compare it: a busy machine is slow, not wrong. */

export function tell(figure: string): void {
  process.stdout.write(`${figure}\n`)
}

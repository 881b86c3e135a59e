/** Where words go: results to stdout, talk to stderr. Nothing else in the command line writes. */

/** Writes a result: one or more lines, the last line feed added. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Writes a result's bytes as they are. */
export function printBytes(bytes: Uint8Array): void {
  process.stdout.write(bytes)
}

/** Writes a result for a program. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2))
}

/** Talks to the person: progress, warnings, mistakes. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Is a person watching the results? */
export function isWatched(): boolean {
  return process.stdout.isTTY === true
}

export interface Progress {
  show(text: string): void
  clear(): void
}

/** One line on stderr that is overwritten; silent unless stderr is a terminal. */
export function createProgress(): Progress {
  if (!process.stderr.isTTY) return { show: () => {}, clear: () => {} }
  const write = (text: string): void => {
    process.stderr.write(`\r\u001b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`)
  }
  return { show: write, clear: () => write('') }
}

/** `m2m replay | head` closes our stdout early: that is a fine end, not a failure. */
export function endQuietlyWhenPipeCloses(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
}

/** The only writer of the command line: results to stdout, messages to stderr. */

/** Writes a result of one or more lines and adds the last line feed. */
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

/** Writes a message for the user to stderr: a warning, an error, a summary. */
export function printMessage(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Whether results go to a terminal. */
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

/** Exit code 0 when the reader closes our stdout early, as in `m2m replay | head`. */
export function endQuietlyWhenPipeCloses(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
}

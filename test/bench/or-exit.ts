/** What a bench cannot run without: a revision that exists, files that can be read. */

/** @returns what `get` does; where it throws, prints the message and ends the process with exit code 2 */
export function orExit<T>(get: () => T): T {
  try {
    return get()
  } catch (error) {
    console.error((error as Error).message)
    process.exit(2)
  }
}

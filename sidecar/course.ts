/**
 * The course of a call, as a generator: it yields what it waits for, and goes on when that has come. A call waits six times
 * or more. As a promise each wait costs some objects, which live until it is over, and turns of the microtask queue.
 */

/** Something that comes once, such as a turn of the event loop. */
export interface Wait {
  /** Runs `go` when it has come: at once, or later. */
  run(go: () => void): void
}

/** Yields what it waits for, or nothing where it may only pause: long work in steps is a part of a course. */
// biome-ignore lint/suspicious/noConfusingVoidType: `Steps` yield nothing
export type Course<T> = Generator<Wait | void, T, void>

/** So long the others wait at most for the steps of one course, and as long as one step takes. */
const SLICE_MS = 10

/** The next turn of the event loop. */
export const nextTurn: Wait = { run: (go) => void setImmediate(go) }

/**
 * Follows a course to its end. It must not throw: a course has an answer to each error.
 * @param turns waited for between two slices of long work
 */
export function follow(course: Course<void>, turns: Wait): void {
  const go = (): void => waitOf(course, turns)?.run(go)
  go()
}

/** @returns what the course waits for now; undefined at its end */
function waitOf(course: Course<void>, turns: Wait): Wait | undefined {
  const end = performance.now() + SLICE_MS
  for (;;) {
    const { done, value } = course.next()
    if (done) return undefined
    if (value !== undefined) return value
    if (performance.now() >= end) return turns
  }
}

/** Waits for a promise, and gives or throws what it does. */
export function* settled<T>(promise: Promise<T>): Course<T> {
  let outcome: { readonly value: T } | { readonly error: unknown } | undefined
  yield {
    run(go) {
      promise.then(
        (value) => {
          outcome = { value }
          go()
        },
        (error: unknown) => {
          outcome = { error }
          go()
        },
      )
    },
  }
  if (outcome === undefined) throw new Error('a course went on before its promise was settled')
  if ('error' in outcome) throw outcome.error
  return outcome.value
}

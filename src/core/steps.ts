/** Work in steps: between two of them others may have their turn. The result never depends on when that is. */

/** Yields where it may pause; returns its result. */
export type Steps<T> = Generator<void, T, void>

/** Runs to the end without a pause. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

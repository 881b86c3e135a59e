/** Work in steps: between two of them others may have their turn. The result never depends on when that is. */

/** Yields where it may pause; returns its result. */
export type Steps<T> = Generator<void, T, void>

/** A result, or the steps to it: where most results are known, a generator for each costs as much as all look-ups. */
export type Soon<T> = T | Steps<T>

export function isSteps<T extends object | undefined>(soon: Soon<T>): soon is Steps<T> {
  return soon !== undefined && 'next' in soon
}

/** Elements of a list, or texts, that are read in one step: a million take a quarter of a second. */
const STEP_ELEMENTS = 1024

/** Counts what is read of lists as long as a client likes. */
export class Pace {
  #count = 0

  /** Asked once an element: is it time for a pause? */
  get isOver(): boolean {
    return ++this.#count % STEP_ELEMENTS === 0
  }
}

/** Runs to the end without a pause. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

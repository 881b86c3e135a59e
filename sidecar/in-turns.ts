/** Runs long work in slices of the event loop, so that nobody waits for all of it. */

import type { Steps } from '../src/core/steps.ts'

/** So long the others wait at most, and as long as one step takes. */
const SLICE_MS = 10

/**
 * Work that fits into one slice is done when this returns, before any other turn.
 * @param nextTurn resolves in a later turn of the event loop; by default in the next one
 */
export async function inTurns<T>(steps: Steps<T>, nextTurn: () => Promise<void> = anyTurn): Promise<T> {
  let end = performance.now() + SLICE_MS
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    if (performance.now() < end) continue
    await nextTurn()
    end = performance.now() + SLICE_MS
  }
}

function anyTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

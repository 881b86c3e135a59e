/** Runs long work in slices of the event loop, so that nobody waits for all of it: a course that somebody waits for. */

import { type Course, follow, nextTurn, type Wait } from './course.ts'

/**
 * Work that fits into one slice is done when this returns, before any other turn.
 * @param turns waited for between two slices; by default the next turn of the event loop
 */
export function inTurns<T>(work: Course<T>, turns: Wait = nextTurn): Promise<T> {
  const waiter = Promise.withResolvers<T>()
  follow(telling(work, waiter), turns)
  return waiter.promise
}

/** A function of its own: V8 would keep the scope of one inside until the next full collection. */
function* telling<T>(work: Course<T>, { resolve, reject }: PromiseWithResolvers<T>): Course<void> {
  try {
    resolve(yield* work)
  } catch (error) {
    reject(error)
  }
}

/**
 * Limits the time of a property, so that a busy machine runs fewer cases and does not fail: spread the result into the
 * parameters of `fc.assert`. A property that is interrupted before its first case ended still fails, by fast-check.
 */
export function boundedRuns(): { interruptAfterTimeLimit: number; markInterruptAsFailure: boolean } {
  return { interruptAfterTimeLimit: LIMIT_MS, markInterruptAsFailure: false }
}

/** A third of the time that Vitest gives a test: the case in progress and the test's other work need the rest. */
const LIMIT_MS = 10_000

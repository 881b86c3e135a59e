/** Asserts properties on a machine that may be busy: there a property makes fewer runs, and does not fail for the time. */

import fc from 'fast-check'

/** Several times longer than any property runs on an idle machine, where every run is made. A ninth of the test limit. */
const LIMIT_MS = 20_000

export interface PropertyOptions {
  readonly numRuns?: number
  readonly limitMs?: number
  /** Ends with the first failure as it was found: for runs so long that smaller ones would take minutes to find. */
  readonly endOnFailure?: boolean
  /** The same runs each time; undefined: new ones. */
  readonly seed?: number | undefined
}

/**
 * As `fc.assert`, but stops after a time limit and passes when every run until then passed.
 * @throws when a run failed, or when no run was made within the limit
 */
export function assertProperty<T>(
  property: fc.IProperty<T>,
  { numRuns = 100, limitMs = LIMIT_MS, endOnFailure = false }: PropertyOptions = {},
): void {
  fc.assert(property, { numRuns, endOnFailure, interruptAfterTimeLimit: limitMs, markInterruptAsFailure: false })
}

/** As `assertProperty`, for properties that await something. */
export async function assertAsyncProperty<T>(
  property: fc.IAsyncProperty<T>,
  { numRuns = 100, limitMs = LIMIT_MS, endOnFailure = false, seed }: PropertyOptions = {},
): Promise<void> {
  await fc.assert(property, {
    numRuns,
    endOnFailure,
    ...(seed !== undefined && { seed }),
    interruptAfterTimeLimit: limitMs,
    markInterruptAsFailure: false,
  })
}

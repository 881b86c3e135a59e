/** Asserts properties on a machine that may be busy. A file that imports this one gets a longer time limit for its tests. */

import fc from 'fast-check'
import { vi } from 'vitest'

/** Several times longer than any property runs on an idle machine: there, every run is made. */
const LIMIT_MS = 20_000

/** Leaves time for the run that is under way at the limit, and to shrink a counterexample. */
const TEST_TIMEOUT_MS = 120_000

vi.setConfig({ testTimeout: TEST_TIMEOUT_MS })

export interface PropertyOptions {
  readonly numRuns?: number
  readonly limitMs?: number
}

/**
 * As `fc.assert`, but stops after a time limit and passes when every run until then passed.
 * @throws when a run failed, or when no run was made within the limit
 */
export function assertProperty<T>(
  property: fc.IProperty<T>,
  { numRuns = 100, limitMs = LIMIT_MS }: PropertyOptions = {},
): void {
  fc.assert(property, { numRuns, interruptAfterTimeLimit: limitMs, markInterruptAsFailure: false })
}

/** The failed tool results of a request as numbers: enough to count each once, though it is sent again on each turn. */

import { crc32 } from 'node:zlib'
import type { ReadBody } from '../../src/core/dialect/index.ts'
import { endOf, startOf } from '../../src/core/json/index.ts'
import type { Steps } from '../../src/core/steps.ts'

const NONE_FAILED: readonly number[] = []

/** @returns a hash of each one's call id, or of the result itself where it has none */
export function* failedResultKeys(read: Pick<ReadBody, 'tape' | 'failedResults'>): Steps<readonly number[]> {
  const failed = yield* read.failedResults()
  const { tape } = read
  if (failed.length === 0) return NONE_FAILED
  return failed.map((node) => crc32(tape.units.subarray(startOf(tape, node), endOf(tape, node))))
}

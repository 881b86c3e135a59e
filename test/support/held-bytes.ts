/** The memory of this process that is in use: for tests of what is remembered. */

import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as NodeJS.GCFunction

/** Bytes on V8's heap and outside of it, once everything is collected that nobody holds. */
export function heldBytes(): number {
  // A second round frees what finalisers let go of.
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Collects the young generation alone, as V8 does after every few calls. */
export function collectYoung(): void {
  collect({ type: 'minor' })
}

/** Bytes that have grown old, those included that nobody holds any more: only a full collection frees them. */
export function oldBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')?.space_used_size ?? 0
}

/** The memory of this process that is in use: for tests of what is remembered. */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes on V8's heap and outside of it, once everything is collected that nobody holds. */
export function heldBytes(): number {
  // A second round frees what finalisers let go of.
  collect()
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** Lets a measured thread run before the load: what is measured is the proxy, not who waits for a core. */

import { setPriority } from 'node:os'

const PRIORITY = -15

/** @param pid by default the calling thread; without the right to do so, nothing changes */
export function runFirst(pid = 0): void {
  try {
    setPriority(pid, PRIORITY)
  } catch {
    // Only root may.
  }
}

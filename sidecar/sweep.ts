/** What a start leaves behind goes before the first call comes: a fifth of an idle sidecar's private memory, for 27 ms of CPU. */

/** By then the start is over, and a pod's first call has rarely come. */
const AFTER_MS = 1000

/**
 * Collects once, if nothing is under way. V8 would do so only when the heap has grown.
 * @param live calls under way. Needs Node.js's --expose-gc, which bin/m2m gives; does nothing without it.
 */
export function sweepWhenIdle(live: { readonly size: number }): void {
  const { gc } = globalThis
  if (gc === undefined) return
  const sweep = (): void => {
    if (live.size === 0) gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  }
  setTimeout(sweep, AFTER_MS).unref()
}

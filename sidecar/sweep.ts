/**
 * Collections that V8 would not make yet. What a start leaves behind goes before the first call comes: a fifth of an idle
 * sidecar's private memory, for 27 ms of CPU. The pieces of a large body go while it is read. They need Node.js's
 * `--expose-gc`, which bin/m2m gives; without it nothing is done.
 */

/** By then the start is over, and a pod's first call has rarely come. */
const AFTER_MS = 1000

/**
 * Collects once, if nothing is under way. V8 would do so only when the heap has grown.
 * @param live calls under way
 */
export function sweepWhenIdle(live: { readonly size: number }): void {
  const { gc } = globalThis
  if (gc === undefined) return
  const sweep = (): void => {
    if (live.size === 0) gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  }
  setTimeout(sweep, AFTER_MS).unref()
}

/** V8 waits for 16 MB of buffers: they are no part of its heap. */
export function sweepYoung(): void {
  globalThis.gc?.({ type: 'minor' })
}

/**
 * An object that was just written is newer than what the watch has told of it. Until the watch has caught up, the written
 * one counts; otherwise one change would be written twice.
 */

export interface Newest<T extends { readonly resourceVersion: string }> {
  wrote(key: string, value: T): void
  /** @param seen by the watch */
  of(key: string, seen: T | undefined): T | undefined
  /** The watch told that it is gone. */
  forget(key: string): void
}

export function createNewest<T extends { readonly resourceVersion: string }>(): Newest<T> {
  const written = new Map<string, T>()
  return {
    wrote: (key, value) => void written.set(key, value),
    of(key, seen) {
      const own = written.get(key)
      if (own === undefined) return seen
      if (seen !== undefined && isAsNew(seen.resourceVersion, own.resourceVersion)) {
        written.delete(key)
        return seen
      }
      return own
    },
    forget: (key) => void written.delete(key),
  }
}

/** Kubernetes compares them as decimal numbers of any length (KEP-5504, from 1.35 on). */
function isAsNew(a: string, b: string): boolean {
  return a.length === b.length ? a >= b : a.length > b.length
}

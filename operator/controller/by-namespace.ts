/** Objects by namespace and name. */

export interface ByNamespace<T> {
  /** @param key `namespace/name` @param value undefined: it is gone */
  set(key: string, value: T | undefined): void
  get(key: string): T | undefined
  of(namespace: string): Iterable<T>
  has(namespace: string): boolean
  all(): Iterable<T>
}

export function createByNamespace<T>(): ByNamespace<T> {
  const groups = new Map<string, Map<string, T>>()
  return {
    set(key, value) {
      const namespace = namespaceOf(key)
      const group = groups.get(namespace) ?? new Map<string, T>()
      if (value !== undefined) groups.set(namespace, group.set(key, value))
      else if (group.delete(key) && group.size === 0) groups.delete(namespace)
    },
    get: (key) => groups.get(namespaceOf(key))?.get(key),
    of: (namespace) => groups.get(namespace)?.values() ?? [],
    has: (namespace) => groups.has(namespace),
    *all() {
      for (const group of groups.values()) yield* group.values()
    },
  }
}

export function namespaceOf(key: string): string {
  return key.slice(0, key.indexOf('/'))
}

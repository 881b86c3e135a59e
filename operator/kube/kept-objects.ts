/** What is kept of the objects of one resource, and which version of each was seen last. */

/** An object as JSON. `keep` reads what it needs; nothing else stays in memory. */
export interface KubeObject {
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid?: string
    readonly resourceVersion?: string
    readonly generation?: number
    readonly creationTimestamp?: string
    readonly deletionTimestamp?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly [member: string]: unknown
}

export interface Change<T> {
  readonly key: string
  readonly before: T | undefined
  readonly after: T | undefined
}

export class KeptObjects<T> {
  readonly items = new Map<string, T>()
  readonly #versions = new Map<string, string | undefined>()
  readonly #keep: (raw: KubeObject) => T

  constructor(keep: (raw: KubeObject) => T) {
    this.#keep = keep
  }

  /** Undefined: this version was seen already. */
  put(raw: KubeObject): Change<T> | undefined {
    const key = keyOf(raw)
    const version = raw.metadata.resourceVersion
    if (this.#versions.has(key) && this.#versions.get(key) === version) return undefined
    const after = this.#keep(raw)
    const before = this.items.get(key)
    this.items.set(key, after)
    this.#versions.set(key, version)
    return { key, before, after }
  }

  /** Undefined: it was not there. */
  remove(key: string): Change<T> | undefined {
    const before = this.items.get(key)
    if (!this.#versions.delete(key)) return undefined
    this.items.delete(key)
    return { key, before, after: undefined }
  }

  /** Keys that a whole list did not name. */
  except(seen: ReadonlySet<string>): string[] {
    return [...this.#versions.keys()].filter((key) => !seen.has(key))
  }
}

/** `namespace/name`; `/name` for resources without namespace. */
export function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}

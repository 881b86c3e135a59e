/**
 * What came of texts before: an agent sends its whole history again with every turn. Bounded in bytes; what was asked for
 * longest ago goes first. It changes how long a request takes, and nothing else.
 */

import type { TokenCounter } from '../../tokenizer/index.ts'

/** A key, its place in the map and the value's own members, roughly. */
const ENTRY_BYTES = 300

interface Entry {
  readonly value: unknown
  readonly bytes: number
}

export class BlockCache {
  readonly #maxBytes: number
  /** In the order in which they were asked for. */
  readonly #entries = new Map<string, Entry>()
  readonly #counters = new WeakMap<TokenCounter, number>()
  #countersSeen = 0
  #bytes = 0

  /** @param maxBytes of what is remembered, keys and the map's own needs estimated */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes
  }

  /** Tells counters apart, for keys: what one counter found says nothing of another. */
  idOf(counter: TokenCounter): number {
    const id = this.#counters.get(counter) ?? ++this.#countersSeen
    this.#counters.set(counter, id)
    return id
  }

  /**
   * @param key names what is asked and holds the SHA-256 of the text that it is asked of
   * @param bytesOf what the value holds beside its entry; undefined: not to be remembered
   */
  recall<T>(key: string, make: () => T, bytesOf: (value: T) => number | undefined): T {
    const entry = this.#entries.get(key)
    if (entry !== undefined) {
      this.#entries.delete(key)
      this.#entries.set(key, entry)
      return entry.value as T
    }
    const value = make()
    const bytes = bytesOf(value)
    if (bytes !== undefined) this.#add(key, { value, bytes: bytes + ENTRY_BYTES })
    return value
  }

  #add(key: string, entry: Entry): void {
    if (entry.bytes > this.#maxBytes) return
    this.#entries.set(key, entry)
    this.#bytes += entry.bytes
    for (const [oldest, { bytes }] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) return
      this.#entries.delete(oldest)
      this.#bytes -= bytes
    }
  }
}

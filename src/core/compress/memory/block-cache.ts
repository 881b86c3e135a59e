/**
 * Results for earlier texts: an agent sends its whole history again with every turn. Bounded in bytes; the least recently
 * used entry is removed first. It changes the time that a request takes, and nothing else.
 */

import type { TokenCounter } from '../../tokenizer/index.ts'
import type { BlockResult } from '../block/compress-block.ts'

/** A key, its place in the map and the value's own members, roughly. */
const ENTRY_BYTES = 300

interface Entry {
  /** Tokens, or the result for a block. */
  readonly value: number | BlockResult
  readonly bytes: number
}

export class BlockCache {
  readonly #maxBytes: number
  /** The least recently used first. */
  readonly #entries = new Map<string, Entry>()
  readonly #counters = new WeakMap<TokenCounter, number>()
  #countersSeen = 0
  #bytes = 0

  /** @param maxBytes of all entries, with keys and the map's own needs estimated */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes
  }

  /** Identifies a counter, for keys: the figures of one counter are not valid for another. */
  idOf(counter: TokenCounter): number {
    const id = this.#counters.get(counter) ?? ++this.#countersSeen
    this.#counters.set(counter, id)
    return id
  }

  /** The tokens that are held for `key`. @param key unique to the question; it holds the SHA-256 of the text */
  knownTokens(key: string): number | undefined {
    const known = this.#find(key)
    return typeof known === 'number' ? known : undefined
  }

  rememberTokens(key: string, tokens: number): void {
    this.#add(key, tokens, 0)
  }

  /** The result that is held for `key`. @param key as for `knownTokens` */
  known(key: string): BlockResult | undefined {
    const known = this.#find(key)
    return typeof known === 'number' ? undefined : known
  }

  /** Does not hold a failure, which may pass. */
  remember(key: string, result: BlockResult): void {
    if (result.status !== 'failopen') this.#add(key, result, result.status === 'changed' ? 2 * result.text.length : 0)
  }

  #find(key: string): Entry['value'] | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  #add(key: string, value: Entry['value'], valueBytes: number): void {
    const entry: Entry = { value, bytes: valueBytes + ENTRY_BYTES }
    if (entry.bytes > this.#maxBytes) return
    // Another request may have found it meanwhile.
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0
    this.#entries.set(key, entry)
    this.#bytes += entry.bytes
    for (const [oldest, { bytes }] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) return
      this.#entries.delete(oldest)
      this.#bytes -= bytes
    }
  }
}

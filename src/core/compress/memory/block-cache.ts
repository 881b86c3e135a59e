/**
 * Results for earlier texts: an agent sends its whole history again with every turn. Bounded in bytes; the least recently
 * used entry is removed first. It changes the time that a request takes, and nothing else.
 */

import type { BodyMemory, EarlierBody } from '../../dialect/index.ts'
import { RecentMap } from '../../recent-map.ts'
import type { TokenCounter } from '../../tokenizer/index.ts'
import type { BlockResult } from '../block/compress-block.ts'
import { bytesOf, type LinePrint } from '../earlier/line-print.ts'
import type { Turn } from './turn.ts'

/** A buffer outside the heap of JavaScript, without its bytes. */
const BUFFER_BYTES = 200

/** A key, its place in the map and the value's own members, at most: a count takes 190, as measured. */
const ENTRY_BYTES = 300

export class BlockCache implements BodyMemory {
  /** Tokens, the result for a block, the print of what was sent, a turn, or the reading of a body. */
  readonly #entries: RecentMap<number | BlockResult | LinePrint | Turn | EarlierBody>
  readonly #counters = new WeakMap<TokenCounter, number>()
  #countersSeen = 0

  /** @param maxBytes of all entries, with keys and the map's own needs */
  constructor(maxBytes: number) {
    this.#entries = new RecentMap(maxBytes, ENTRY_BYTES)
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#entries.used
  }

  /** Identifies a counter, for keys: the figures of one counter are not valid for another. */
  idOf(counter: TokenCounter): number {
    const known = this.#counters.get(counter)
    if (known !== undefined) return known
    this.#counters.set(counter, ++this.#countersSeen)
    return this.#countersSeen
  }

  /** The tokens that are held for `key`. @param key unique to the question; it holds the SHA-256 of the text */
  knownTokens(key: string): number | undefined {
    const known = this.#entries.get(key)
    return typeof known === 'number' ? known : undefined
  }

  rememberTokens(key: string, tokens: number): void {
    this.#entries.add(key, tokens)
  }

  /** The result that is held for `key`. @param key as for `knownTokens` */
  known(key: string): BlockResult | undefined {
    const known = this.#entries.get(key)
    return typeof known === 'object' && 'status' in known ? known : undefined
  }

  /** Does not hold a failure, which may pass. */
  remember(key: string, result: BlockResult): void {
    if (result.status === 'failopen') return
    this.#entries.add(key, result, ENTRY_BYTES + (result.status === 'changed' ? bytesOfChanged(result) : 0))
  }

  /** The print that is held for `key`. @param key as for `knownTokens`, of the text that was sent */
  knownPrint(key: string): LinePrint | undefined {
    const known = this.#entries.get(key)
    return typeof known === 'object' && 'units' in known ? known : undefined
  }

  rememberPrint(key: string, print: LinePrint): void {
    this.#entries.add(key, print, ENTRY_BYTES + bytesOf(print))
  }

  knownBody(key: string): EarlierBody | undefined {
    const known = this.#entries.get(key)
    return typeof known === 'object' && 'walked' in known ? known : undefined
  }

  rememberBody(key: string, body: EarlierBody, bytes: number): void {
    this.#entries.add(key, body, ENTRY_BYTES + bytes)
  }

  /** What the request before of a conversation left. */
  knownTurn(key: string): Turn | undefined {
    const known = this.#entries.get(key)
    return typeof known === 'object' && 'segments' in known ? known : undefined
  }

  rememberTurn(key: string, turn: Turn, bytes: number): void {
    this.#entries.add(key, turn, ENTRY_BYTES + bytes)
  }
}

/** A letter of a text may take two bytes. */
function bytesOfChanged({ text, literal }: Extract<BlockResult, { status: 'changed' }>): number {
  return 2 * text.length + (literal === undefined ? 0 : BUFFER_BYTES + literal.length)
}

/**
 * The last requests of each live session, as fingerprints. A session may hold several conversations at once (sub-agents,
 * attempts side by side), so a few are kept, each replaced when it continues. Bounded in sessions and in bytes.
 */

import { RecentMap } from '../../src/core/recent-map.ts'
import { type Fingerprint, keyOf, partCount } from './fingerprint.ts'

/** One conversation up to its last request. */
export interface Chain {
  readonly print: Fingerprint
  /** Only requests of one lane share a cache: a hash of policy, provider and model. */
  readonly lane: string
  /** Tokens of the whole request as the provider counted them, else by our own count. */
  tokens: number | undefined
  /** Of these, the tokens that the provider reports as cached. */
  cached: number | undefined
  at: number
  /** Its lane and its last part as one name, once it is kept. */
  end?: string | undefined
}

export interface ChainLimits {
  readonly maxSessions: number
  readonly maxChains: number
  readonly maxBytes: number
}

/** They hold 10,000 sessions of one conversation of 100 parts each. */
const MAX_BYTES = 19 * 1024 * 1024

export function chainLimits(maxBytes = MAX_BYTES): ChainLimits {
  return { maxSessions: 10_000, maxChains: 8, maxBytes }
}

const NO_CHAINS: readonly Chain[] = []

/** Measured bytes of a chain without its parts: objects, map entries, the typed array itself. */
const CHAIN_BYTES = 1050

export class Chains {
  readonly #sessions = new RecentMap<Chain[]>()
  /** By lane and last part: finds a conversation that continues under another session identity. */
  readonly #byEnd = new Map<string, Chain>()
  readonly #limits: ChainLimits
  #bytes = 0

  constructor(limits = chainLimits()) {
    this.#limits = limits
  }

  /** The session's conversations in one lane, the latest first. */
  of(session: string, lane: string): readonly Chain[] {
    const chains = this.#sessions.get(session) ?? NO_CHAINS
    const [only] = chains
    // Most sessions hold one conversation: two lists less.
    if (chains.length === 1 && only?.lane === lane) return chains
    return chains.filter((chain) => chain.lane === lane).reverse()
  }

  endingIn(lane: string, part: string): Chain | undefined {
    return this.#byEnd.get(lane + part)
  }

  /** @param instead the chain that the new one continues */
  put(session: string, chain: Chain, instead: Chain | undefined): void {
    const chains = this.#sessions.get(session) ?? this.#sessions.add(session, [])
    const index = instead === undefined ? -1 : chains.indexOf(instead)
    if (instead !== undefined && index !== -1 && isAsLong(instead, chain)) {
      this.#renew(instead, chain)
      if (index < chains.length - 1) chains.push(...chains.splice(index, 1))
      return
    }
    // First: it often ends where the one before ended, and a key that goes and comes costs a table of the map.
    this.#byEnd.set(endOf(chain), chain)
    if (index !== -1) this.#forget(chains.splice(index, 1)[0])
    if (chains.length >= this.#limits.maxChains) this.#forget(chains.shift())
    chains.push(chain)
    this.#bytes += sizeOf(chain)
    this.#makeRoom()
  }

  /** For a request that is sent again: a new chain each time would outlive it, and cost the collector more. */
  #renew(known: Chain, { tokens, cached, at }: Chain): void {
    known.tokens = tokens
    known.cached = cached
    known.at = at
    this.#byEnd.set(endOf(known), known)
  }

  get size(): { readonly sessions: number; readonly bytes: number; readonly ends: number } {
    return { sessions: this.#sessions.size, bytes: this.#bytes, ends: this.#byEnd.size }
  }

  #makeRoom(): void {
    const { maxSessions, maxBytes } = this.#limits
    while (this.#sessions.size > maxSessions || this.#bytes > maxBytes) {
      const chains = this.#sessions.dropOldest()
      if (chains === undefined) return
      for (const chain of chains) this.#forget(chain)
    }
  }

  #forget(chain: Chain | undefined): void {
    if (chain === undefined) return
    this.#bytes -= sizeOf(chain)
    const end = endOf(chain)
    if (this.#byEnd.get(end) === chain) this.#byEnd.delete(end)
  }
}

function endOf(chain: Chain): string {
  const { lane, print } = chain
  chain.end ??= lane + keyOf(print, partCount(print) - 1)
  return chain.end
}

/** A chain that continues another and is no longer has the same parts. */
function isAsLong({ print: a }: Chain, { print: b }: Chain): boolean {
  return partCount(a) === partCount(b) && a.toolParts === b.toolParts && a.sharedParts === b.sharedParts
}

function sizeOf({ print }: Chain): number {
  return CHAIN_BYTES + print.marks.byteLength
}

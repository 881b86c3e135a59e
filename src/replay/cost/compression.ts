/** Compression without cache marks: does it ever cost more under a provider's cache than no compression? */

import type { CompressedTurn } from './compressed-turn.ts'
import type { ProviderCache } from './provider-cache.ts'
import type { CostRuleSet, RuleSet } from './rule-sets.ts'
import type { SimReader, SimRequest } from './sim-request.ts'
import { Simulation } from './simulation.ts'

/** Costs of the input in uncached input tokens, rounded. */
export interface CompressionCosts {
  readonly rules: CostRuleSet
  readonly before: number
  readonly after: number
  /** The highest `after` of a session, as a share of its `before`. */
  readonly worst_session: number
  /** Sessions that cost more than before. */
  readonly sessions_above: number
  /** Without marks and compression, for a client that sends contents as blocks. */
  readonly unmarked: number
  /** The same with compression and cache marks. */
  readonly with_keeper: number
}

const STEP_MS = 1000
/** Tolerance, because prices are fractions and their sums are not exact. */
const ROUNDING = 1e-9

/** One set under one rule set. Clients of Anthropic's cache mark every request; other providers cache by themselves. */
export class CompressionSimulation {
  readonly #rules: RuleSet
  readonly #reader: SimReader
  readonly #before: ProviderCache
  readonly #after: ProviderCache
  /** With cache marks. */
  readonly #marked: Simulation
  readonly #sessions: { before: number; after: number }[] = []
  #requests = 0

  constructor({ rules, reader }: { rules: RuleSet; reader: SimReader }) {
    this.#rules = rules
    this.#reader = reader
    this.#before = rules.createCache()
    this.#after = rules.createCache()
    this.#marked = new Simulation({ rules, reader, shape: 'blocks' })
  }

  add(turns: readonly CompressedTurn[]): void {
    let before = 0
    let after = 0
    for (const { original, sent } of turns) {
      const atMs = STEP_MS * this.#requests++
      before += this.#before.take(this.#read(original, atMs)).cost
      after += this.#after.take(this.#read(sent, atMs)).cost
    }
    this.#sessions.push({ before, after })
    this.#marked.add(turns)
  }

  costs(): CompressionCosts {
    const { unmarked, as_sent } = this.#marked.costs()
    const worst = this.#sessions.map(({ before, after }) => (before === 0 ? 1 : after / before))
    return {
      rules: this.#rules.name,
      before: Math.round(this.#sessions.reduce((sum, { before }) => sum + before, 0)),
      after: Math.round(this.#sessions.reduce((sum, { after }) => sum + after, 0)),
      worst_session: Math.round(10_000 * worst.reduce((a, b) => Math.max(a, b), 0)) / 10_000,
      sessions_above: worst.filter((share) => share > 1 + ROUNDING).length,
      unmarked,
      with_keeper: as_sent,
    }
  }

  #read(recorded: Uint8Array, atMs: number): SimRequest {
    const request = this.#reader.read(this.#rules.body(recorded, 'strings'), atMs)
    return { ...request, isAutomatic: this.#rules.name === 'anthropic' }
  }
}

/** What a replay found, per set: the shape that `m2m replay --json` prints (snake case). */

import type { CompressionCosts, Costs } from './cost/index.ts'

export interface ReplayResult {
  /** Per set and profile. */
  readonly sets: readonly SetResult[]
  /** Per set and peer; empty unless they were asked for. */
  readonly peers: readonly PeerResult[]
  /** A load of one-shot calls that is made up, as no recorded session is one; absent when no costs were asked for. */
  readonly one_shot_cost?: Readonly<Record<string, CacheCost>>
  /** Rows that were left out, and why. */
  readonly skipped: readonly SkippedRows[]
}

export interface SkippedRows {
  readonly set: string
  readonly rows: number
  readonly reason: string
}

/** What every contender is measured by. */
export interface Figures {
  /** The set's. */
  readonly name: string
  readonly user_text: 'Never' | 'Observations'
  /** Rows that were replayed. */
  readonly sessions: number
  readonly requests: number
  /** By the formula, summed over the requests as the agent sends them; rounded. */
  readonly tokens_before: number
  readonly tokens_after: number
  readonly saved_percent: number
  /** The mean saving of single tool outputs, each weighted by at most 2,000 tokens; absent for sets of sessions. */
  readonly saved_percent_capped?: number
  /** Requests of more tokens than the original. */
  readonly larger: number
  /** Changed blocks that did not come back the same; absent when the contender offers no way back. */
  readonly failed_decodes?: number
  /** Turns that did not extend the one before. */
  readonly prefix_breaks: number
  /** Blocks (of a peer: requests) left alone because the contender failed on them. */
  readonly failopen: number
  /** Milliseconds that reading and compressing added to a request. */
  readonly p50_ms: number
  readonly p99_ms: number
}

export interface SetResult extends Figures {
  readonly profile: string
  readonly failed_decodes: number
  /** Changed blocks that a technique of Aggressive cut: they say so themselves, and do not come back. */
  readonly lossy_blocks: number
  /** Tokens as the model of each request is billed. */
  readonly techniques: Readonly<Record<string, TechniqueTotal>>
  /** Per rule set of providers, the cache keeper alone, compression off; absent for sets without sessions. */
  readonly cost?: Readonly<Record<string, CacheCost>>
  /** Per rule set, compression alone, the keeper off; absent for sets without sessions. */
  readonly compression_cost?: Readonly<Record<string, CompressionCost>>
}

/** Of all sessions' input under one rule set, the keeper alone. */
export type CacheCost = Costs

/** Of all sessions' input under one rule set, compression alone. */
export type CompressionCost = Omit<CompressionCosts, 'rules'>

export interface TechniqueTotal {
  readonly blocks: number
  readonly saved_tokens: number
}

export interface PeerResult extends Figures {
  readonly peer: string
}

/** Does every request keep the promises: never larger, decodable, prefix-stable, nothing failed, never dearer? */
export function isSound(set: SetResult): boolean {
  const kept = set.larger + set.failed_decodes + set.prefix_breaks + set.failopen === 0
  return kept && Object.entries(set.compression_cost ?? {}).every(isNeverDearer)
}

/**
 * A cache that reads in steps of 128 tokens gives a shorter prefix up to one step less by chance: what is promised there is
 * the total. Elsewhere it is every session.
 */
function isNeverDearer([ruleSet, { before, after, sessions_above }]: [string, CompressionCost]): boolean {
  return ruleSet === 'openai-implicit' ? after <= before : sessions_above === 0
}

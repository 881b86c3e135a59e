/** The results of a replay per set, in the JSON form that `m2m replay --json` prints (snake case). */

import type { CompressionCosts, Costs } from './cost/index.ts'

export interface ReplayResult {
  /** Per set and profile. */
  readonly sets: readonly SetResult[]
  /** Per set and peer; empty without `--peers`. */
  readonly peers: readonly PeerResult[]
  /** A generated load of one-shot calls, since no recorded session is one; absent when no costs were requested. */
  readonly one_shot_cost?: Readonly<Record<string, CacheCost>>
  /** Rows that were skipped, with the reason. */
  readonly skipped: readonly SkippedRows[]
}

export interface SkippedRows {
  readonly set: string
  readonly rows: number
  readonly reason: string
}

/** The figures of every contender. */
export interface Figures {
  /** The name of the set. */
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
  /** Changed blocks that were not decoded to the original; absent when the contender has no decoder. */
  readonly failed_decodes?: number
  /** Turns that did not extend the turn before. */
  readonly prefix_breaks: number
  /** Blocks (for a peer: requests) left unchanged because of an error. */
  readonly failopen: number
  /** Milliseconds for reading and compressing a request. */
  readonly p50_ms: number
  readonly p99_ms: number
}

export interface SetResult extends Figures {
  readonly profile: string
  readonly failed_decodes: number
  /** Changed blocks that a technique of Aggressive shortened. They state it themselves, and cannot be decoded. */
  readonly lossy_blocks: number
  /** In tokens billed by the model of each request. */
  readonly techniques: Readonly<Record<string, TechniqueTotal>>
  /** Per rule set of providers, with cache marks only, compression off; absent for sets without sessions. */
  readonly cost?: Readonly<Record<string, CacheCost>>
  /** Per rule set, with compression only, no cache marks; absent for sets without sessions. */
  readonly compression_cost?: Readonly<Record<string, CompressionCost>>
}

/** The cost of all sessions' input under one rule set, with cache marks only. */
export type CacheCost = Costs

/** The cost of all sessions' input under one rule set, with compression only. */
export type CompressionCost = Omit<CompressionCosts, 'rules'>

export interface TechniqueTotal {
  readonly blocks: number
  readonly saved_tokens: number
}

export interface PeerResult extends Figures {
  readonly peer: string
}

/** Are all promises kept: never larger, decodable, prefix-stable, no errors, never more expensive? */
export function isSound(set: SetResult): boolean {
  const kept = set.larger + set.failed_decodes + set.prefix_breaks + set.failopen === 0
  return kept && Object.entries(set.compression_cost ?? {}).every(isNeverMoreExpensive)
}

/**
 * A cache that reads in steps of 128 tokens may read up to one step less of a shorter prefix, by chance. There the
 * promise is about the total; everywhere else it is about each session.
 */
function isNeverMoreExpensive([ruleSet, { before, after, sessions_above }]: [string, CompressionCost]): boolean {
  return ruleSet === 'openai-implicit' ? after <= before : sessions_above === 0
}

/** What a replay found, per set: the shape that `m2m replay --json` prints (snake case). */

export interface ReplayResult {
  /** Per set and profile. */
  readonly sets: readonly SetResult[]
  /** Per set and peer; empty unless they were asked for. */
  readonly peers: readonly PeerResult[]
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
  /** Tokens as the model of each request is billed. */
  readonly techniques: Readonly<Record<string, TechniqueTotal>>
}

export interface TechniqueTotal {
  readonly blocks: number
  readonly saved_tokens: number
}

export interface PeerResult extends Figures {
  readonly peer: string
}

/** Does every request keep the promises: never larger, decodable, prefix-stable, nothing failed? */
export function isSound(set: SetResult): boolean {
  return set.larger + set.failed_decodes + set.prefix_breaks + set.failopen === 0
}

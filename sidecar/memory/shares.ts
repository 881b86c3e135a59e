/**
 * One limit for all that calls leave behind for later ones (`M2M_MEMORY_MB`), and the share of each use. A share that is
 * not used is not lent to another use: a use that is full forgets its oldest entries and costs time, never a promise.
 */

const MB = 1024 * 1024

/** The counts of short pieces of two vocabularies: tables of one size. */
const FIXED_MB = 2

export const MIN_MEMORY_MB = 2 * FIXED_MB
export const MAX_MEMORY_MB = 65_536
export const DEFAULT_MEMORY_MB = 144

/** MB of each use at the default limit. */
const SHARES = {
  /** Counts and shorter forms of texts by their hash: some hundred live sessions. */
  blocks: 32,
  /** The forms of 3 million results. */
  pins: 24,
  /** Ids of the last 50,000 replies and of 50,000 calls in replies. */
  replies: 23,
  /** Fingerprints of conversations, to find broken prefixes. */
  prefixes: 19,
  /** Live sessions, for the figures of groups. */
  sessions: 16,
  /** Conversations and their turns, to place and to judge cache marks. */
  marks: 14,
  /** Conversations that cannot be healed, sessions that were warned of, places that refused what we add. */
  refusals: 7,
  /** Time series of metrics. */
  series: 7,
} as const

export type MemoryUse = keyof typeof SHARES | 'vocabularies'

/** What one use holds, and may hold. */
export interface MemoryFigures {
  readonly use: MemoryUse
  readonly usedBytes: number
  readonly limitBytes: number
}

export type MemoryLimits = Readonly<Record<MemoryUse, number>>

/** @returns bytes by use; their sum is the limit */
export function memoryLimits(megabytes: number): MemoryLimits {
  const bytesOfPart = ((megabytes - FIXED_MB) * MB) / (DEFAULT_MEMORY_MB - FIXED_MB)
  const limits = Object.entries(SHARES).map(([use, part]) => [use, Math.floor(part * bytesOfPart)] as const)
  return Object.fromEntries([...limits, ['vocabularies', FIXED_MB * MB]]) as Record<MemoryUse, number>
}

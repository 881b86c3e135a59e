/** What calls leave behind for later ones, each within its share of the limit. Empty after a restart, but for the pins. */

import type { Logger } from 'pino'
import { createHistory, type History } from '../../src/core/cache/index.ts'
import { BlockCache } from '../../src/core/compress/index.ts'
import { createRefusalBreaker, type RefusalBreaker } from '../../src/core/refusal-breaker.ts'
import type { Vocabularies } from '../../src/core/tokenizer/index.ts'
import { createMismatchWarnings, type MismatchWarnings } from '../call/warn-of-mismatch.ts'
import { createFailedHeals, type FailedHeals, PinStore } from '../pins/index.ts'
import { type BreakDetector, Chains, chainLimits, createBreakDetector } from '../prefix-breaks/index.ts'
import { createReplyMemory, type ReplyMemory, replyLimits } from '../reply/reply-memory.ts'
import {
  createSeriesStore,
  createSessions,
  type MetricsSources,
  type Sessions,
  sessionLimits,
} from '../telemetry/index.ts'
import { type MemoryFigures, type MemoryLimits, type MemoryUse, memoryLimits } from './shares.ts'

/** The parts of the share for refusals: breakers hold a few names, the others a hash for each conversation or session. */
const BREAKER_PART = 0.1
const CONVERSATIONS_PART = 0.4

/** Measured: the objects around the slots of pins, once there is one. */
const PIN_OBJECTS_BYTES = 190_000

/** Services of the pipeline that remember. */
export interface CallMemories {
  readonly blockCache: BlockCache
  readonly pinStore: PinStore
  readonly replyMemory: ReplyMemory
  readonly breakDetector: BreakDetector
  readonly cacheHistory: History
  readonly markBreaker: RefusalBreaker
  readonly usageBreaker: RefusalBreaker
  readonly failedHeals: FailedHeals
  readonly mismatchWarnings: MismatchWarnings
}

export interface Memories {
  readonly forCalls: CallMemories
  readonly sessions: Sessions
  readonly forTelemetry: MetricsSources
  /** What each use of memory holds now. */
  figures(): readonly MemoryFigures[]
}

export interface MemoriesOptions {
  /** The limit of all, in MB. */
  readonly mb: number
  /** A folder for the pins; undefined: they end with the process. */
  readonly stateDir: string | undefined
  readonly vocabularies: Vocabularies
  readonly log: Logger
}

export function createMemories({ mb, stateDir, vocabularies, log }: MemoriesOptions): Memories {
  const limits = memoryLimits(mb)
  const refusals = refusalMemories(limits)
  const forCalls: CallMemories = {
    blockCache: new BlockCache(limits.blocks),
    pinStore: new PinStore(stateDir, log, limits.pins - PIN_OBJECTS_BYTES),
    replyMemory: createReplyMemory(replyLimits(limits.replies)),
    breakDetector: createBreakDetector(undefined, new Chains(chainLimits(limits.prefixes))),
    cacheHistory: createHistory(limits.marks),
    ...refusals,
  }
  const sessions = createSessions(undefined, sessionLimits(limits.sessions))
  const series = createSeriesStore(limits.series)
  const used = (): Record<MemoryUse, number> => ({
    blocks: forCalls.blockCache.bytes,
    pins: pinBytes(forCalls.pinStore),
    replies: forCalls.replyMemory.bytes,
    prefixes: forCalls.breakDetector.bytes,
    sessions: sessions.bytes,
    marks: forCalls.cacheHistory.bytes,
    refusals: Object.values(refusals).reduce((sum, { bytes }) => sum + bytes, 0),
    series: series.bytes,
    vocabularies: vocabularies.bytes,
  })
  const figures = (): readonly MemoryFigures[] => figuresOf(used(), limits)
  const { pins } = forCalls.pinStore
  return { forCalls, sessions, forTelemetry: { series, memory: figures, pins: () => pins }, figures }
}

function pinBytes({ pins }: PinStore): number {
  return pins.size === 0 ? 0 : pins.bytes + PIN_OBJECTS_BYTES
}

type RefusalMemories = Pick<CallMemories, 'markBreaker' | 'usageBreaker' | 'failedHeals' | 'mismatchWarnings'>

function refusalMemories({ refusals }: MemoryLimits): RefusalMemories {
  return {
    markBreaker: createRefusalBreaker(BREAKER_PART * refusals),
    usageBreaker: createRefusalBreaker(BREAKER_PART * refusals),
    failedHeals: createFailedHeals(CONVERSATIONS_PART * refusals),
    mismatchWarnings: createMismatchWarnings(CONVERSATIONS_PART * refusals),
  }
}

function figuresOf(used: Record<MemoryUse, number>, limits: MemoryLimits): readonly MemoryFigures[] {
  return Object.entries(used).map(([use, usedBytes]) => ({
    use: use as MemoryUse,
    usedBytes,
    limitBytes: limits[use as MemoryUse],
  }))
}

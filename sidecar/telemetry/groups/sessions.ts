/**
 * The sessions of the last half hour: hashes and numbers, never content. Bounded by count and by idle time; a session
 * that comes back after it was forgotten counts as a new one.
 */

import { RecentMap } from '../../../src/core/recent-map.ts'
import type { Group } from '../../session/group.ts'
import { compareGroups } from './compare-groups.ts'
import { type GroupFigures, GroupTotals } from './group-totals.ts'
import type { SessionCall } from './session-call.ts'

export interface SessionNews {
  /** The session was live under another revision: new results follow this one. */
  readonly isRevisionNew: boolean
  /** Failed tool results that no earlier request of the session held. */
  readonly newToolErrors: number
}

export interface EndedSession {
  readonly group: Group
  /** Answered calls, at least one. */
  readonly turns: number
}

export interface GroupsReport {
  /** Every group that had a call. */
  readonly groups: Readonly<Partial<Record<Group, GroupFigures>>>
  /** Their comparison, in a sentence or two. */
  readonly groups_note: string
}

export interface Sessions {
  record(call: SessionCall): SessionNews
  /** Sessions that ended since the last time this was called. */
  takeEnded(): readonly EndedSession[]
  report(): GroupsReport
  /** Memory of the live sessions. */
  readonly bytes: number
}

export interface SessionLimits {
  readonly maxSessions: number
  /** How long a session may be idle before it counts as ended. */
  readonly idleMs: number
  /** Of all sessions; by default as many as their number takes. */
  readonly maxBytes?: number
}

/** The sessions of half an hour. */
export function sessionLimits(maxBytes = Number.POSITIVE_INFINITY): SessionLimits {
  return { maxSessions: 10_000, idleMs: 30 * 60_000, maxBytes }
}

/** Measured: a session with its key and its place in the map; one of its failed results. */
const SESSION_BYTES = 400
const ERROR_BYTES = 12

/** Failed results counted per session; more are ignored. */
const MAX_ERRORS = 128

interface Session {
  readonly group: Group | undefined
  turns: number
  readonly errors: number[]
  revision: string
  touchedAt: number
}

/** @param now milliseconds on a clock that only goes forward */
export function createSessions(now = (): number => performance.now(), limits = sessionLimits()): Sessions {
  return new LiveSessions(now, limits)
}

class LiveSessions implements Sessions {
  readonly #now: () => number
  readonly #limits: SessionLimits
  readonly #live = new RecentMap<Session>()
  readonly #totals: Partial<Record<Group, GroupTotals>> = {}
  #ended: EndedSession[] = []
  /** Failed results of all live sessions. */
  #errors = 0

  constructor(now: () => number, limits: SessionLimits) {
    this.#now = now
    this.#limits = limits
  }

  record(call: SessionCall): SessionNews {
    // First the idle ones, so that none continues; at the end the oldest, when there is one too many.
    this.#endOld()
    const session = this.#open(call)
    this.#endOld()
    const isRevisionNew = session.revision !== call.revision
    session.revision = call.revision
    const { group } = session
    if (group === undefined) return { isRevisionNew, newToolErrors: 0 }
    const newToolErrors = learnErrors(session, call.failedResults)
    this.#errors += newToolErrors
    const step = { turnsBefore: session.turns, errors: session.errors.length, newErrors: newToolErrors }
    const totals = this.#totals[group] ?? new GroupTotals()
    this.#totals[group] = totals
    totals.add(call, step)
    if (call.isAnswered) session.turns++
    return { isRevisionNew, newToolErrors }
  }

  get bytes(): number {
    return this.#live.size * SESSION_BYTES + this.#errors * ERROR_BYTES
  }

  takeEnded(): readonly EndedSession[] {
    this.#endOld()
    const ended = this.#ended
    this.#ended = []
    return ended
  }

  report(): GroupsReport {
    const groups = Object.entries(this.#totals).map(([group, totals]) => [group, totals.figures()] as const)
    return { groups: Object.fromEntries(groups), groups_note: compareGroups(this.#totals) }
  }

  /** A session whose group changes, under a new policy, ends in the old group and begins anew in the other. */
  #open({ session: id, group, revision }: SessionCall): Session {
    const known = this.#live.get(id)
    const touchedAt = this.#now()
    if (known !== undefined && known.group === group) {
      known.touchedAt = touchedAt
      return known
    }
    if (known !== undefined) this.#end(known)
    return this.#live.add(id, { group, turns: 0, errors: [], revision: known?.revision ?? revision, touchedAt })
  }

  #endOld(): void {
    const since = this.#now() - this.#limits.idleMs
    for (;;) {
      const { oldest } = this.#live
      if (oldest === undefined || (oldest.touchedAt >= since && this.#isWithinLimits())) return
      this.#live.dropOldest()
      this.#end(oldest)
    }
  }

  #isWithinLimits(): boolean {
    const { maxSessions, maxBytes = Number.POSITIVE_INFINITY } = this.#limits
    return this.#live.size <= maxSessions && this.bytes <= maxBytes
  }

  #end({ group, turns, errors }: Session): void {
    this.#errors -= errors.length
    if (group === undefined || turns === 0) return
    this.#totals[group]?.endSession()
    this.#ended.push({ group, turns })
  }
}

/** @returns the number of new ones among them */
function learnErrors({ errors }: Session, failedResults: readonly number[]): number {
  const before = errors.length
  for (const failed of failedResults) {
    if (errors.length >= MAX_ERRORS) break
    if (!errors.includes(failed)) errors.push(failed)
  }
  return errors.length - before
}

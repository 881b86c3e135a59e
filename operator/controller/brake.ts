/**
 * Others who write what the operator writes, again and again: without an end both would fill the audit log. Some repairs in a
 * row are made at once; then they get rare. The right content stands for a while less, and nobody's API server suffers.
 */

import { Backoff } from '../kube/backoff.ts'

export interface Brake {
  /** Asked before each repair. @param content another one is no repair of the last */
  ask(key: string, content: string): Pause | undefined
  forget(key: string): void
}

export interface Pause {
  readonly ms: number
  /** It begins with this question. */
  readonly isNew: boolean
}

interface Fight {
  readonly content: string
  readonly backoff: Backoff
  repairs: number
  lastMs: number
  notBeforeMs: number
  isTold: boolean
}

/** A person who tries several things is no fight. */
const FREE_REPAIRS = 10

const PAUSE = { minMs: 1_000, maxMs: 60_000 }

/** Nothing was repaired for so long: the fight is over. */
const OVER_MS = 300_000

export function createBrake(): Brake {
  const fights = new Map<string, Fight>()
  const fightOf = (key: string, content: string, nowMs: number): Fight => {
    const known = fights.get(key)
    if (known?.content === content && nowMs - known.lastMs < OVER_MS) return known
    const backoff = new Backoff(PAUSE.minMs, PAUSE.maxMs)
    const fight = { content, backoff, repairs: 0, lastMs: nowMs, notBeforeMs: 0, isTold: true }
    fights.set(key, fight)
    return fight
  }
  return {
    ask(key, content) {
      const nowMs = performance.now()
      const fight = fightOf(key, content, nowMs)
      const ms = fight.notBeforeMs - nowMs
      if (ms > 0) {
        const isNew = !fight.isTold
        fight.isTold = true
        return { ms, isNew }
      }
      fight.lastMs = nowMs
      fight.repairs++
      if (fight.repairs >= FREE_REPAIRS) {
        fight.notBeforeMs = nowMs + fight.backoff.next()
        fight.isTold = false
      }
      return undefined
    },
    forget: (key) => void fights.delete(key),
  }
}

/** What has been told lately, so that repeated events are counted and a flood of them is not sent. Bounded. */

import type { KubeEvent } from './kube-event.ts'

export interface Series {
  readonly event: KubeEvent
  /** Of the Event object, once it is there. */
  name: string | undefined
  count: number
  /** How many of `count` the API server has been told of. */
  told: number
  lastMs: number
  toldMs: number
}

/** Silence after which a series has ended: the next one is a new Event. As client-go. */
const SERIES_MS = 6 * 60_000

/** Tellings for one object: so many at once, and one more after each pause. As client-go's, but not so slow. */
const BURST = 10

const REFILL_MS = 60_000

const MAX_SERIES = 1_000

export class EventSeries {
  readonly #series = new Map<string, Series>()
  readonly #budgets = new Map<string, { tokens: number; atMs: number }>()

  /** @returns the series that the event belongs to, counted in it */
  count(event: KubeEvent, nowMs: number): Series {
    const key = keyOf(event)
    const known = this.#series.get(key)
    this.#series.delete(key)
    const isLive = known !== undefined && nowMs - known.lastMs < SERIES_MS
    const series = isLive ? known : { event, name: undefined, count: 0, told: 0, lastMs: nowMs, toldMs: 0 }
    series.count++
    series.lastMs = nowMs
    this.#series.set(key, series)
    forgetOldest(this.#series)
    return series
  }

  /** Takes one telling from the budget of the object; false: it has none left. */
  mayTell({ event }: Series, nowMs: number): boolean {
    const key = objectKeyOf(event)
    const { tokens, atMs } = this.#budgets.get(key) ?? { tokens: BURST, atMs: nowMs }
    const now = Math.min(BURST, tokens + (nowMs - atMs) / REFILL_MS)
    const isLeft = now >= 1
    this.#budgets.delete(key)
    this.#budgets.set(key, { tokens: isLeft ? now - 1 : now, atMs: nowMs })
    forgetOldest(this.#budgets)
    return isLeft
  }

  /** Those with a count that was not told. */
  *untold(): Iterable<Series> {
    for (const series of this.#series.values()) if (series.count > series.told) yield series
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  if (map.size <= MAX_SERIES) return
  for (const key of map.keys()) {
    map.delete(key)
    return
  }
}

function objectKeyOf({ regarding }: KubeEvent): string {
  return JSON.stringify([regarding.kind, regarding.namespace, regarding.name, regarding.uid])
}

/** The API server lets nothing of an Event change but its series: another note is another Event. */
function keyOf(event: KubeEvent): string {
  return JSON.stringify([objectKeyOf(event), event.type, event.reason, event.action, event.note])
}

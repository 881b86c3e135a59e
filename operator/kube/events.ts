/** Events (events.k8s.io/v1): what `kubectl describe` shows. Repeated ones are counted, a flood of them is dropped. */

import { randomBytes } from 'node:crypto'
import { type KubeClient, KubeError, pause } from '../../src/kube/index.ts'
import { EventSeries, type Series } from './event-series.ts'
import type { KubeEvent } from './kube-event.ts'
import { microTime } from './micro-time.ts'

export interface EventRecorder {
  /** Returns at once and never throws. */
  emit(event: KubeEvent): void
  /** Sends what waits, for a second at most. */
  close(): Promise<void>
}

export interface EventRecorderOptions {
  /** `m2m.io/operator`. */
  readonly controller: string
  /** The pod. */
  readonly instance: string
  /** An event that was dropped or refused, for log and metric. A namespace that is being deleted takes none. */
  onFault?(error: unknown): void
}

export function createEventRecorder(client: Pick<KubeClient, 'request'>, options: EventRecorderOptions): EventRecorder {
  return new Recorder(client, options)
}

/** A count is told so often at most; the first repetition is told at once. */
const TELL_EVERY_MS = 60_000

const MAX_WAITING = 1_000

const CLOSE_MS = 1_000

class Recorder implements EventRecorder {
  readonly #client: Pick<KubeClient, 'request'>
  readonly #options: EventRecorderOptions
  readonly #series = new EventSeries()
  readonly #waiting = new Set<Series>()
  readonly #generation = new AbortController()
  readonly #timer: NodeJS.Timeout
  #sending: Promise<void> | undefined

  constructor(client: Pick<KubeClient, 'request'>, options: EventRecorderOptions) {
    this.#client = client
    this.#options = options
    this.#timer = setInterval(() => this.#tellCounts(TELL_EVERY_MS), TELL_EVERY_MS)
    this.#timer.unref()
  }

  emit(event: KubeEvent): void {
    if (this.#generation.signal.aborted) return
    const nowMs = performance.now()
    const series = this.#series.count({ ...event, note: cut(event.note) }, nowMs)
    if (series.told < 2 || nowMs - series.toldMs >= TELL_EVERY_MS) this.#tell(series, nowMs)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#tellCounts(0)
    const { signal } = this.#generation
    await Promise.race([this.#sending, pause(CLOSE_MS, signal)])
    this.#generation.abort()
    await this.#sending
  }

  #tellCounts(agedMs: number): void {
    const nowMs = performance.now()
    for (const series of this.#series.untold()) if (nowMs - series.toldMs >= agedMs) this.#tell(series, nowMs)
  }

  #tell(series: Series, nowMs: number): void {
    if (this.#waiting.has(series)) return
    if (this.#waiting.size >= MAX_WAITING || !this.#series.mayTell(series, nowMs)) {
      this.#options.onFault?.(new Error(`event ${series.event.reason} dropped: too many`))
      return
    }
    this.#waiting.add(series)
    this.#sending ??= this.#send()
  }

  async #send(): Promise<void> {
    // What is emitted in one go is told with its count.
    await Promise.resolve()
    for (const series of this.#waiting) {
      if (this.#generation.signal.aborted) return
      this.#waiting.delete(series)
      await this.#sendOne(series)
    }
    this.#sending = undefined
  }

  async #sendOne(series: Series): Promise<void> {
    const { count } = series
    series.toldMs = performance.now()
    try {
      if (series.name === undefined || !(await this.#update(series, series.name))) await this.#create(series)
    } catch (error) {
      if (this.#generation.signal.aborted) return
      this.#options.onFault?.(error)
      // An outage: it is told with the counts of the next minute.
      if (!isRefusal(error)) return
    }
    series.told = count
  }

  async #create(series: Series): Promise<void> {
    const name = `${series.event.regarding.name.slice(0, 230)}.${randomBytes(8).toString('hex')}`
    const path = pathOf(series)
    await this.#client.request({ method: 'POST', path, body: this.#objectOf(series, name), ...this.#limits() })
    series.name = name
  }

  /** @returns false when the Event is no longer there: they live for an hour */
  async #update(series: Series, name: string): Promise<boolean> {
    const body = { series: seriesOf(series) }
    const call = { path: `${pathOf(series)}/${name}`, body, contentType: 'application/merge-patch+json' }
    try {
      await this.#client.request({ method: 'PATCH', ...call, ...this.#limits() })
      return true
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return false
      throw error
    }
  }

  #objectOf(series: Series, name: string): object {
    const { event, count } = series
    const { controller, instance } = this.#options
    return {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name, namespace: namespaceOf(series) },
      eventTime: microTime(Date.now()),
      reportingController: controller,
      reportingInstance: instance.slice(0, 128),
      ...event,
      ...(count > 1 ? { series: seriesOf(series) } : {}),
    }
  }

  #limits(): { signal: AbortSignal } {
    return { signal: this.#generation.signal }
  }
}

/** Also of a namespace that is being deleted: it takes no more Events. */
function isRefusal(error: unknown): boolean {
  return error instanceof KubeError && error.status >= 400 && error.status < 500
}

function seriesOf({ count }: Series): object {
  return { count, lastObservedTime: microTime(Date.now()) }
}

function pathOf(series: Series): string {
  return `/apis/events.k8s.io/v1/namespaces/${encodeURIComponent(namespaceOf(series))}/events`
}

/** Those about objects without namespace belong into this one. */
function namespaceOf({ event }: Series): string {
  return event.regarding.namespace ?? 'default'
}

const MAX_NOTE_BYTES = 1_024

/** At a character's end: half of one is no UTF-8. */
function cut(note: string): string {
  const bytes = Buffer.from(note, 'utf8')
  if (bytes.length <= MAX_NOTE_BYTES) return note
  let end = MAX_NOTE_BYTES - 3
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return `${bytes.toString('utf8', 0, end)}…`
}

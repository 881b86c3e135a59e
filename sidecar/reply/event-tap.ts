/** Reads a stream event by event, and passes on at once what cannot be torn. */

import type { Dialect, ReplyFacts, StreamReader } from '../../src/core/dialect/index.ts'
import { createEventSplitter, type EventSplitter, type Passable } from '../../src/core/sse/index.ts'
import { createUsageFilter } from '../wire/stream-usage.ts'
import type { ReplyTap } from './reply-tap.ts'

/** An image or a file in one event is held until it is whole; a larger event passes as it comes. */
const MAX_HELD_BYTES = 32 * 1024 * 1024

const NOTHING: readonly Uint8Array[] = []

export interface EventTapOptions {
  /** The reply has a `content-length`. */
  readonly hasLength: boolean
  readonly isUsageHidden: boolean
}

export function createEventTap(dialect: Dialect, { hasLength, isUsageHidden }: EventTapOptions): ReplyTap {
  const tap = new EventTap(dialect, hasLength)
  return isUsageHidden ? new HidingUsage(tap) : tap
}

class EventTap implements ReplyTap {
  readonly isStream = true
  readonly isShortened = false
  readonly #hasLength: boolean
  readonly #splitter: EventSplitter
  readonly #reader: StreamReader

  constructor(dialect: Dialect, hasLength: boolean) {
    this.#hasLength = hasLength
    this.#splitter = createEventSplitter({ framing: dialect.stream, maxHeldBytes: MAX_HELD_BYTES })
    this.#reader = dialect.streamReader()
  }

  get takesEvents(): boolean {
    return !this.#hasLength && !this.#splitter.isTorn
  }

  get isEnded(): boolean {
    return this.#reader.isEnded
  }

  /** Some servers leave out `[DONE]`: a finish reason ends a stream as well. */
  get isFinished(): boolean {
    return this.#reader.isEnded || (this.#reader.facts().finishReasons ?? []).length > 0
  }

  take(piece: Buffer): readonly Uint8Array[] {
    return this.#read(this.#splitter.push(piece))
  }

  end(): readonly Uint8Array[] {
    return this.#read(this.#splitter.end())
  }

  facts(): ReplyFacts {
    return this.#reader.facts()
  }

  #read(passable: Passable | undefined): readonly Uint8Array[] {
    if (passable === undefined) return NOTHING
    passable.read(this.#reader)
    return passable.bytes
  }
}

/** The tap reads every event; the caller gets those it asked for. */
class HidingUsage implements ReplyTap {
  readonly isStream = true
  readonly isShortened = true
  readonly #tap: EventTap
  readonly #filter = createUsageFilter()

  constructor(tap: EventTap) {
    this.#tap = tap
  }

  get takesEvents(): boolean {
    return this.#tap.takesEvents
  }

  get isEnded(): boolean {
    return this.#tap.isEnded
  }

  get isFinished(): boolean {
    return this.#tap.isFinished
  }

  take(piece: Buffer): readonly Uint8Array[] {
    return this.#filter(this.#tap.take(piece))
  }

  end(): readonly Uint8Array[] {
    return this.#filter(this.#tap.end())
  }

  facts(): ReplyFacts {
    return this.#tap.facts()
  }
}

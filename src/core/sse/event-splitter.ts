/**
 * Cuts a streamed reply where nothing can be torn, so that a relay can forward its bytes as soon as they came, and end a
 * broken stream cleanly after the last whole event (docs/reference/streaming.md).
 */

import { type BoundaryFinder, eventBoundaries, lineBoundaries } from './boundaries.ts'
import { type DataReader, lineData, sseData } from './event-data.ts'
import { createGrowingBuffer } from './growing-buffer.ts'

export interface SplitterOptions {
  /** Server-sent events, or one JSON text a line. */
  readonly framing: 'sse' | 'ndjson'
  /** The bytes of an unfinished event that are held. A larger event passes as it comes, and its data is not read. */
  readonly maxHeldBytes: number
}

/** Bytes that need not wait for what follows. */
export interface Passable {
  /** In order and unchanged; views of the chunk unless an event spans chunks. */
  readonly bytes: readonly Uint8Array[]
  /** Data of the events that end here. Decoded on request, so that a stream without a reader costs nothing. */
  data(): readonly string[]
}

export interface EventSplitter {
  /**
   * Takes the next bytes, cut anywhere.
   * @returns whole events and comments, or undefined while all bytes belong to an unfinished line or event
   */
  push(chunk: Uint8Array): Passable | undefined
  /**
   * Ends the stream.
   * @returns the bytes held last: an event without its blank line, or a part of one
   */
  end(): Passable | undefined
  /** The bytes returned so far end inside an event: it holds a comment, or is too large. Nothing can follow but its rest. */
  readonly isTorn: boolean
}

export function createEventSplitter({ framing, maxHeldBytes }: SplitterOptions): EventSplitter {
  return framing === 'sse'
    ? new Splitter(eventBoundaries(), sseData(), maxHeldBytes)
    : new Splitter(lineBoundaries(), lineData, maxHeldBytes)
}

class Splitter implements EventSplitter {
  isTorn = false
  readonly #boundaries: BoundaryFinder
  readonly #reader: DataReader
  readonly #maxHeldBytes: number
  readonly #held = createGrowingBuffer()
  /** The event under way is larger than what may be held. */
  #isTooLarge = false

  constructor(boundaries: BoundaryFinder, reader: DataReader, maxHeldBytes: number) {
    this.#boundaries = boundaries
    this.#reader = reader
    this.#maxHeldBytes = maxHeldBytes
  }

  push(chunk: Uint8Array): Passable | undefined {
    const ends = this.#boundaries.find(chunk)
    const { inside } = this.#boundaries
    const end = inside || (ends.at(-1) ?? 0)
    const first = ends[0] ?? inside
    if (this.#isTooLarge) return this.#passUnread(chunk, { first: ends[0], end, inside })
    if (end === 0) return this.#hold(chunk)
    this.isTorn = inside > 0
    const bytes: Uint8Array[] = []
    if (this.#held.size > 0) {
      this.#held.append(chunk.subarray(0, first))
      bytes.push(this.#held.take(), ...(end > first ? [chunk.subarray(first, end)] : []))
    } else {
      bytes.push(chunk.subarray(0, end))
    }
    return this.#passable(bytes, this.#holdFrom(chunk, end))
  }

  end(): Passable | undefined {
    if (this.#held.size === 0 && !this.isTorn) return undefined
    const bytes = this.#held.size === 0 ? [] : [this.#held.take()]
    this.isTorn = false
    if (this.#isTooLarge) return { bytes, data: noData }
    return { bytes, data: () => this.#reader.read(bytes, { isEnd: true }) }
  }

  #passable(read: readonly Uint8Array[], unread: Passable | undefined): Passable {
    const bytes = unread === undefined ? read : [...read, ...unread.bytes]
    return { bytes, data: () => this.#reader.read(read, { isEnd: false }) }
  }

  #holdFrom(chunk: Uint8Array, end: number): Passable | undefined {
    return end === chunk.length ? undefined : this.#hold(chunk.subarray(end))
  }

  /** @returns undefined, or everything held when it has become too much */
  #hold(rest: Uint8Array): Passable | undefined {
    const size = this.#held.size + rest.length
    if (size <= this.#maxHeldBytes) {
      if (rest.length > 0) this.#held.append(rest)
      return undefined
    }
    const held = this.#held.take()
    this.isTorn = true
    this.#isTooLarge = true
    return { bytes: held.length === 0 ? [rest] : [held, rest], data: noData }
  }

  /** The bytes of an event that is too large, and of what follows when it ends here. */
  #passUnread(chunk: Uint8Array, at: { first: number | undefined; end: number; inside: number }): Passable {
    if (at.first === undefined) return { bytes: [chunk], data: noData }
    this.#isTooLarge = false
    this.isTorn = at.inside > 0
    this.#reader.reset()
    const read = at.end > at.first ? [chunk.subarray(at.first, at.end)] : []
    const after = this.#passable(read, this.#holdFrom(chunk, at.end))
    return { bytes: [chunk.subarray(0, at.first), ...after.bytes], data: after.data }
  }
}

function noData(): readonly string[] {
  return []
}

/**
 * Cuts a streamed reply where nothing can be torn, so that a relay can forward its bytes as soon as they came, and end a
 * broken stream cleanly after the last whole event (docs/reference/streaming.md).
 */

import { GrowingBuffer } from '../growing-buffer.ts'
import { type BoundaryFinder, eventBoundaries, lineBoundaries } from './boundaries.ts'
import { type DataReader, type EventReader, lineData, type Reading, sseData } from './event-data.ts'

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
  /** Hands over the data of the events that end here. Call it before the next bytes are taken. */
  read(reader: EventReader): void
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

/** An event is read in one go, and so long takes 70 ms: a longer one passes whole, and unread. */
const MAX_READ_BYTES = 16 * 1024 * 1024
/** The same of its lines: 2 million took 700 ms, and 200 MB. */
const MAX_READ_LINES = 64 * 1024

const WHOLE: Reading = { isEnd: false, isTorn: false }
const TORN: Reading = { isEnd: false, isTorn: true }
const LAST: Reading = { isEnd: true, isTorn: false }

const LF = 0x0a
const CR = 0x0d
const NO_ENDS: readonly number[] = []

/** Events that are whole, and read on request. */
class Read implements Passable {
  readonly bytes: readonly Uint8Array[]
  readonly #readable: readonly Uint8Array[]
  readonly #data: DataReader
  readonly #reading: Reading

  constructor(bytes: readonly Uint8Array[], readable: readonly Uint8Array[], data: DataReader, reading: Reading) {
    this.bytes = bytes
    this.#readable = readable
    this.#data = data
    this.#reading = reading
  }

  read(reader: EventReader): void {
    this.#data.read(this.#readable, reader, this.#reading)
  }
}

class Splitter implements EventSplitter {
  isTorn = false
  readonly #boundaries: BoundaryFinder
  readonly #data: DataReader
  readonly #maxHeldBytes: number
  readonly #held = new GrowingBuffer()
  /** The event under way is not read: it is larger than what may be held, or than what is read. */
  #isTooLarge = false
  /** Bytes of the event under way that comments in it have taken along. */
  #tornBytes = 0

  constructor(boundaries: BoundaryFinder, data: DataReader, maxHeldBytes: number) {
    this.#boundaries = boundaries
    this.#data = data
    this.#maxHeldBytes = maxHeldBytes
  }

  push(chunk: Uint8Array): Passable | undefined {
    if (this.#isWhole(chunk)) return this.#passWhole(chunk)
    const ends = this.#boundaries.find(chunk)
    const { inside } = this.#boundaries
    if (this.#isTooLarge) return this.#passUnread(chunk, ends, inside)
    const end = inside || (ends.at(-1) ?? 0)
    if (end === 0) return this.#hold(chunk)
    this.#tear(ends, inside)
    if (this.#held.size === 0) {
      const bytes = [end === chunk.length ? chunk : chunk.subarray(0, end)]
      return this.#passable(bytes, bytes, this.#rest(chunk, end))
    }
    const first = ends[0] ?? inside
    this.#held.append(chunk.subarray(0, first))
    const held = this.#held.take()
    const whole = end > first ? [chunk.subarray(first, end)] : []
    const bytes = [held, ...whole]
    if (isReadable(held)) return this.#passable(bytes, bytes, this.#rest(chunk, end))
    this.#data.reset()
    if (ends.length === 0) this.#isTooLarge = true
    return this.#passable(bytes, whole, this.#rest(chunk, end))
  }

  end(): Passable | undefined {
    if (this.#held.size === 0 && !this.isTorn) return undefined
    const bytes = this.#held.size === 0 ? [] : [this.#held.take()]
    this.isTorn = false
    if (this.#isTooLarge) return { bytes, read: readNothing }
    return new Read(bytes, bytes, this.#data, LAST)
  }

  /** Nothing is under way, before the chunk and after it. */
  #isWhole(chunk: Uint8Array): boolean {
    return this.#held.size === 0 && !this.#isTooLarge && this.#boundaries.endsWhole(chunk)
  }

  #passWhole(chunk: Uint8Array): Passable {
    this.#tear(NO_ENDS, 0)
    const bytes = [chunk]
    return new Read(bytes, bytes, this.#data, WHOLE)
  }

  /** The reader keeps the lines of an event that comments tear, however long it grows. Call it while they are held. */
  #tear(ends: readonly number[], inside: number): void {
    const began = ends.at(-1)
    this.isTorn = inside > 0
    if (!this.isTorn) this.#tornBytes = 0
    else this.#tornBytes = inside + (began === undefined ? this.#tornBytes + this.#held.size : -began)
    if (this.#tornBytes > MAX_READ_BYTES) this.#isTooLarge = true
  }

  #passable(whole: readonly Uint8Array[], read: readonly Uint8Array[], rest: Passable | undefined): Passable {
    const bytes = rest === undefined ? whole : [...whole, ...rest.bytes]
    return new Read(bytes, read, this.#data, this.isTorn ? TORN : WHOLE)
  }

  /** @returns what follows `end`, unless it is held */
  #rest(chunk: Uint8Array, end: number): Passable | undefined {
    if (end === chunk.length) return undefined
    const rest = chunk.subarray(end)
    return this.#isTooLarge ? { bytes: [rest], read: readNothing } : this.#hold(rest)
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
    return { bytes: held.length === 0 ? [rest] : [held, rest], read: readNothing }
  }

  /** The bytes of an event that is too large, and of what follows when it ends here. */
  #passUnread(chunk: Uint8Array, ends: readonly number[], inside: number): Passable {
    const first = ends[0]
    if (first === undefined) return { bytes: [chunk], read: readNothing }
    this.#isTooLarge = false
    this.#tear(ends, inside)
    this.#data.reset()
    const end = inside || (ends.at(-1) ?? first)
    const read = end > first ? [chunk.subarray(first, end)] : []
    return this.#passable([chunk.subarray(0, first), ...read], read, this.#rest(chunk, end))
  }
}

function isReadable(event: Uint8Array): boolean {
  return (
    event.length <= MAX_READ_BYTES && !hasMoreThan(MAX_READ_LINES, LF, event) && !hasMoreThan(MAX_READ_LINES, CR, event)
  )
}

function hasMoreThan(count: number, byte: number, bytes: Uint8Array): boolean {
  let found = 0
  for (let at = bytes.indexOf(byte); at >= 0 && found <= count; at = bytes.indexOf(byte, at + 1)) found++
  return found > count
}

function readNothing(): void {}

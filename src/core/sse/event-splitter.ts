/**
 * Cuts a streamed reply at event boundaries and nowhere else, so that a relay can forward whole events byte for byte,
 * and end a broken stream cleanly after the last one.
 */

import { M2MError } from '../errors.ts'
import { type BoundaryFinder, blankLineBoundaries, lineBoundaries } from './boundaries.ts'
import { type DataReader, lineData, sseData } from './event-data.ts'

export interface SplitterOptions {
  /** Server-sent events, or one JSON text a line. */
  readonly framing: 'sse' | 'ndjson'
  /** A larger event is refused. */
  readonly maxEventBytes: number
}

/** One or more events that are complete. */
export interface WholeEvents {
  /** The bytes to forward unchanged, in order; views of the chunk unless an event spans chunks. */
  readonly bytes: readonly Uint8Array[]
  /** Data of the events that have any. Decoded on request, so that a stream without a reader costs nothing. */
  data(): readonly string[]
}

export interface EventSplitter {
  /**
   * Takes the next bytes, cut anywhere.
   * @returns the events that they complete, or undefined when they complete none
   * @throws M2MError UPSTREAM_EVENT_TOO_LARGE
   */
  push(chunk: Uint8Array): WholeEvents | undefined
  /**
   * Ends the stream.
   * @returns the bytes after the last boundary: a last event without its blank line, or an incomplete one. Before
   *   writing more, the caller closes it (a blank line, LF for NDJSON).
   */
  end(): WholeEvents | undefined
}

export function createEventSplitter({ framing, maxEventBytes }: SplitterOptions): EventSplitter {
  const boundaries: BoundaryFinder = framing === 'sse' ? blankLineBoundaries() : lineBoundaries()
  const read: DataReader = framing === 'sse' ? sseData() : lineData
  const pending = createPending(maxEventBytes)
  return {
    push(chunk) {
      const ends = boundaries(chunk)
      const last = ends.at(-1)
      if (last === undefined) {
        pending.append(chunk)
        return undefined
      }
      refuseLarger(ends, maxEventBytes)
      const bytes: Uint8Array[] = []
      let from = 0
      if (pending.size > 0) {
        from = ends[0] as number
        pending.append(chunk.subarray(0, from))
        bytes.push(pending.take())
      }
      if (last > from) bytes.push(chunk.subarray(from, last))
      if (last < chunk.length) pending.append(chunk.subarray(last))
      return { bytes, data: () => read(bytes, { isEnd: false }) }
    },
    end() {
      if (pending.size === 0) return undefined
      const bytes = [pending.take()]
      return { bytes, data: () => read(bytes, { isEnd: true }) }
    },
  }
}

/** Events within one chunk; `pending` handles those that span chunks. */
function refuseLarger(ends: readonly number[], maxEventBytes: number): void {
  let start = 0
  for (const end of ends) {
    if (end - start > maxEventBytes) throw tooLarge(maxEventBytes)
    start = end
  }
}

/**
 * The bytes of an incomplete event, in one buffer that doubles: linear in the event's size, and at most twice its
 * memory even when it arrives one byte per chunk.
 */
function createPending(maxBytes: number): {
  readonly size: number
  append(bytes: Uint8Array): void
  take(): Uint8Array
} {
  let buffer = new Uint8Array(0)
  let size = 0
  return {
    get size() {
      return size
    },
    append(bytes) {
      const needed = size + bytes.length
      if (needed > maxBytes) throw tooLarge(maxBytes)
      if (needed > buffer.length) {
        const larger = new Uint8Array(Math.max(needed, 2 * buffer.length))
        larger.set(buffer.subarray(0, size))
        buffer = larger
      }
      buffer.set(bytes, size)
      size = needed
    },
    take() {
      const taken = buffer.subarray(0, size)
      // The buffer was handed out and may still be in use, so the next event gets a new one.
      buffer = new Uint8Array(0)
      size = 0
      return taken
    },
  }
}

function tooLarge(maxBytes: number): M2MError {
  return new M2MError(`the upstream sent an event of more than ${maxBytes} bytes`, { code: 'UPSTREAM_EVENT_TOO_LARGE' })
}

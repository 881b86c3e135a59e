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
  /** An event that is larger is refused. */
  readonly maxEventBytes: number
}

/** One or more events that are complete. */
export interface WholeEvents {
  /** To be forwarded as they stand, in order; views of the chunk wherever an event did not span chunks. */
  readonly bytes: readonly Uint8Array[]
  /** Data of those events that have any. Decoded when asked, so that a stream nobody reads costs nothing. */
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
   * The stream is over.
   * @returns what came after the last boundary: a last event without its blank line, or a torn one. The caller closes
   * it (a blank line, LF for NDJSON) before it writes anything after it.
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

/** Events that lie in one chunk; `pending` checks those that span chunks. */
function refuseLarger(ends: readonly number[], maxEventBytes: number): void {
  let start = 0
  for (const end of ends) {
    if (end - start > maxEventBytes) throw tooLarge(maxEventBytes)
    start = end
  }
}

/**
 * The bytes of an event that is not complete yet, in one buffer that doubles: linear in the event's size, and no
 * more than twice it in memory even when it comes one byte per chunk.
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
      // Handed out: whoever forwards it may hold it, so the next event gets a buffer of its own.
      buffer = new Uint8Array(0)
      size = 0
      return taken
    },
  }
}

function tooLarge(maxBytes: number): M2MError {
  return new M2MError(`the upstream sent an event of more than ${maxBytes} bytes`, { code: 'UPSTREAM_EVENT_TOO_LARGE' })
}

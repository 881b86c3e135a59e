/**
 * Hands the data of whole events to a reader. Most events of a stream say nothing that is kept: the reader tells where
 * the next one is that does, in the bytes as they came, and only that one is decoded. This project finds the boundaries;
 * eventsource-parser reads the lines.
 */

import { createParser, type EventSourceParser } from 'eventsource-parser'

export interface EventReader {
  /** Takes one event's data: lines of `data` joined by LF, or one NDJSON line. */
  event(data: string): void
  /**
   * Finds the next event that has to be read. It may name one that need not be, and never misses one that has to.
   * @param raw whole events as they came, one character for each byte
   * @param from the beginning of an event
   * @returns a place in that event; negative when no event from there on has to be read
   */
  next(raw: string, from: number): number
}

export interface Reading {
  /** The bytes are the stream's last: an event without its blank line counts as complete. */
  readonly isEnd: boolean
  /** The bytes end inside an event, behind a comment in it. */
  readonly isTorn: boolean
}

export interface DataReader {
  read(bytes: readonly Uint8Array[], reader: EventReader, reading: Reading): void
  /** Forgets an event of which only a part was read. */
  reset(): void
}

/**
 * Lines of `data` joined by LF, for each event that has any; comments, `event`, `id` and `retry` are ignored. A line of
 * JSON without `data:` counts as well: some servers write their last error so.
 */
export function sseData(): DataReader {
  return new SseData()
}

class SseData implements DataReader {
  #reader: EventReader | undefined
  /** The last bytes ended inside an event, or with a CR that an LF may follow: the parser has to see what comes next. */
  #isInside = false
  #isBegun = false
  /** Made for the first event that needs it. */
  #parser: EventSourceParser | undefined

  read(bytes: readonly Uint8Array[], reader: EventReader, { isEnd, isTorn }: Reading): void {
    this.#reader = reader
    for (const piece of bytes) {
      const raw = bufferOf(piece).toString('latin1')
      const hasCr = raw.includes('\r')
      if (isEnd || isTorn || this.#isInside || hasCr) this.#readAll(piece)
      else readNamed(raw, '\n\n', reader, (start, end) => this.#readEvent(piece, raw, start, end))
      this.#isInside = isTorn || (hasCr && raw.endsWith('\r'))
      this.#isBegun = true
    }
    if (isEnd) this.#feed('\n\n')
  }

  reset(): void {
    this.#isInside = false
    this.#parser?.reset()
  }

  /** Nearly every event is one line of data, perhaps behind its name, and needs no parser. */
  #readEvent(piece: Uint8Array, raw: string, start: number, end: number): void {
    const line = raw.startsWith('event: ', start) ? raw.indexOf('\n', start) + 1 : start
    const isOneLine = raw.startsWith('data: ', line) && raw.indexOf('\n', line) === end - 2
    if (isOneLine) this.#reader?.event(decode(piece.subarray(line + 'data: '.length, end - 2)))
    else this.#readAll(piece.subarray(start, end))
  }

  #readAll(piece: Uint8Array): void {
    const text = decode(piece)
    this.#feed(text)
    if (hasBareJson(text)) for (const line of bareJson(text)) this.#reader?.event(line)
  }

  #feed(text: string): void {
    if (this.#parser === undefined) {
      this.#parser = createParser({ onEvent: ({ data }) => this.#reader?.event(data) })
      // Only the stream's own beginning may have a byte order mark.
      if (this.#isBegun) this.#parser.feed('\n')
    }
    this.#parser.feed(text)
  }
}

/** Lines that are not empty. */
export const lineData: DataReader = {
  read(bytes, reader) {
    for (const piece of bytes) {
      const raw = bufferOf(piece).toString('latin1')
      readNamed(raw, '\n', reader, (start, end) => {
        const line = decode(piece.subarray(start, end))
        if (line.trim() !== '') reader.event(line)
      })
    }
  },
  reset: () => undefined,
}

/**
 * Reads the events that `reader` names, one after the other.
 * @param raw begins and ends with whole events
 */
function readNamed(
  raw: string,
  separator: '\n' | '\n\n',
  reader: EventReader,
  read: (start: number, end: number) => void,
): void {
  const { length } = separator
  let from = 0
  for (let at = reader.next(raw, 0); at >= 0; at = reader.next(raw, from)) {
    const before = at > from ? raw.lastIndexOf(separator, at - 1) : -1
    const behind = raw.indexOf(separator, at)
    const start = before < from ? from : before + length
    from = behind < 0 ? raw.length : behind + length
    read(start, from)
  }
}

/** Searches of their own: a regular expression costs more than reading an event. */
function hasBareJson(text: string): boolean {
  return text.startsWith('{') || text.includes('\n{') || text.includes('\r{')
}

function bareJson(text: string): string[] {
  return text.split(/[\r\n]+/).filter((line) => line.startsWith('{'))
}

/** Boundaries are ASCII, so a piece never cuts a character. */
function decode(piece: Uint8Array): string {
  return bufferOf(piece).toString('utf8')
}

function bufferOf(piece: Uint8Array): Buffer {
  return Buffer.isBuffer(piece) ? piece : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
}

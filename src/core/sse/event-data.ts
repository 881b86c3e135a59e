/** The decoded data of whole events. This project finds the boundaries; eventsource-parser reads the lines. */

import { createParser } from 'eventsource-parser'

export interface DataReader {
  /** @param isEnd the bytes are the stream's last: an event without its blank line counts as complete */
  read(bytes: readonly Uint8Array[], options: { isEnd: boolean }): readonly string[]
  /** Forgets an event of which only a part was read. */
  reset(): void
}

/**
 * Lines of `data` joined by LF, for each event that has any; comments, `event`, `id` and `retry` are ignored. A line of
 * JSON without `data:` counts as well: some servers write their last error so.
 */
export function sseData(): DataReader {
  let found: string[] = []
  const parser = createParser({ onEvent: ({ data }) => found.push(data) })
  return {
    read(bytes, { isEnd }) {
      found = []
      for (const piece of bytes) {
        const text = decode(piece)
        parser.feed(text)
        if (hasBareJson(text)) found.push(...bareJson(text))
      }
      if (isEnd) parser.feed('\n\n')
      return found
    },
    reset: () => parser.reset(),
  }
}

/** Lines that are not empty. */
export const lineData: DataReader = {
  read: (bytes) => bytes.flatMap((piece) => decode(piece).split('\n')).filter((line) => line.trim() !== ''),
  reset: () => undefined,
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
  const bytes = Buffer.isBuffer(piece) ? piece : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
  return bytes.toString('utf8')
}

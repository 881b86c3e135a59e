/** The decoded data of whole events. This project finds the boundaries; eventsource-parser reads the lines. */

import { createParser } from 'eventsource-parser'

/** @param isEnd the bytes are the stream's last: an event without its blank line counts as complete */
export type DataReader = (bytes: readonly Uint8Array[], options: { isEnd: boolean }) => readonly string[]

/** Lines of `data` joined by LF, for each event that has any; comments, `event`, `id` and `retry` are ignored. */
export function sseData(): DataReader {
  let found: string[] = []
  const parser = createParser({ onEvent: ({ data }) => found.push(data) })
  return (bytes, { isEnd }) => {
    found = []
    for (const piece of bytes) parser.feed(decode(piece))
    if (isEnd) parser.feed('\n\n')
    return found
  }
}

/** Lines that are not empty. */
export const lineData: DataReader = (bytes) =>
  bytes.flatMap((piece) => decode(piece).split('\n')).filter((line) => line.trim() !== '')

/** Event boundaries are ASCII, so a piece never cuts a character. */
function decode(piece: Uint8Array): string {
  return Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('utf8')
}

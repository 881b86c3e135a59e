/** A text as UTF-8 in a buffer. */

import type { Utf8Text } from './character-class.ts'
import { READ_AHEAD } from './memo.ts'

const encoder = new TextEncoder()

/** Encodes the source into the buffer, which grows at most twice. */
export function encodeInto(text: Utf8Text, source: string): void {
  // Three bytes a unit at most: a short text fits as it is, without a view of the room.
  if (3 * source.length + READ_AHEAD <= text.bytes.length) {
    text.end = encoder.encodeInto(source, text.bytes).written
    return
  }
  text.end = 0
  for (let read = 0; read < source.length; ) {
    const room = text.bytes.subarray(text.end, text.bytes.length - READ_AHEAD)
    const step = encoder.encodeInto(read === 0 ? source : source.slice(read), room)
    read += step.read
    text.end += step.written
    if (read < source.length) grow(text, source.length - read)
  }
}

/** The rest needs one to three bytes per code unit. The buffer grows by one byte per unit, and by half at least. */
function grow(text: Utf8Text, unitsLeft: number): void {
  const bytes = new Uint8Array(text.end + Math.max(unitsLeft, text.end >> 1) + 4 + READ_AHEAD)
  bytes.set(text.bytes.subarray(0, text.end))
  text.bytes = bytes
}

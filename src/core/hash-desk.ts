/**
 * Memory where the pieces of a text are put together, to be hashed in one call: a hash object takes as long as 4 KB of
 * text, and memory of its own for a copy half as long.
 */

/** A text of as many bytes is put together here; a longer one needs memory of its own. */
export const DESK_BYTES: number = 1 << 14

let desk: Buffer | undefined

/** @returns at least so many bytes, of any content; what is written there holds until the next text */
export function deskFor(bytes: number): Buffer {
  if (bytes > DESK_BYTES) return Buffer.allocUnsafe(bytes)
  desk ??= Buffer.allocUnsafeSlow(DESK_BYTES)
  return desk
}

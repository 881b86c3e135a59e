/** Replaces spans of a body and copies every other byte. */

/** `[start, end)` in bytes of the body, and the bytes that replace them. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly bytes: Uint8Array
}

/**
 * @param splices in ascending order, not overlapping
 * @returns a new body, or the same object when there is nothing to splice
 */
export function splice(body: Uint8Array, splices: readonly Splice[]): Uint8Array {
  if (splices.length === 0) return body
  let size = body.length
  for (const { start, end, bytes } of splices) size += bytes.length - (end - start)
  const out = Buffer.allocUnsafe(size)
  let from = 0
  let to = 0
  for (const { start, end, bytes } of splices) {
    out.set(body.subarray(from, start), to)
    to += start - from
    out.set(bytes, to)
    to += bytes.length
    from = end
  }
  out.set(body.subarray(from), to)
  return out
}

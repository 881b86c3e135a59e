/** Finds the ends of events in a stream's bytes, independent of the chunks: enough to forward events whole. */

/** Offsets in `chunk` after which an event is complete, ascending. Remembers the state at the end of earlier chunks. */
export type BoundaryFinder = (chunk: Uint8Array) => number[]

const LF = 0x0a
const CR = 0x0d

/** NDJSON: one event a line. */
export function lineBoundaries(): BoundaryFinder {
  return (chunk) => {
    const ends: number[] = []
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) ends.push(at + 1)
    return ends
  }
}

/**
 * Server-sent events: an event ends with a blank line; lines end with LF, CR or CR LF (WHATWG HTML, section 9.2.5).
 * A blank line's CR ends the event at once, so that no event waits for the next one; an LF that comes with the next
 * chunk still belongs to that CR, and is a boundary of its own.
 */
export function blankLineBoundaries(): BoundaryFinder {
  const carry: Carry = { hasText: false, isAfterCr: false, isBlank: false }
  return (chunk) => (chunk.length === 0 ? [] : blankLineEnds(chunk, carry))
}

/** The state at the end of the chunks so far. */
interface Carry {
  /** The current line is not empty. */
  hasText: boolean
  /** The last byte was a CR: an LF now is part of it. */
  isAfterCr: boolean
  /** The last complete line was empty. */
  isBlank: boolean
}

function blankLineEnds(chunk: Uint8Array, carry: Carry): number[] {
  const ends: number[] = []
  const nextTerminator = terminators(chunk)
  let line = 0
  if (carry.isAfterCr && chunk[0] === LF) {
    line = 1
    if (carry.isBlank) ends.push(line)
  }
  for (let at = nextTerminator(line); at < chunk.length; at = nextTerminator(line)) {
    carry.isBlank = at === line && !carry.hasText
    carry.hasText = false
    line = chunk[at] === CR && chunk[at + 1] === LF ? at + 2 : at + 1
    if (carry.isBlank) ends.push(line)
  }
  if (line < chunk.length) carry.hasText = true
  carry.isAfterCr = chunk.at(-1) === CR
  return ends
}

/**
 * The next LF or CR at or after a growing offset; the chunk's length when there is none. Native searches are 4 times as
 * fast as a loop over the bytes of a 270-byte event; a search without a result is not repeated.
 */
function terminators(chunk: Uint8Array): (from: number) => number {
  const search = (byte: number, from: number): number => {
    const at = chunk.indexOf(byte, from)
    return at < 0 ? chunk.length : at
  }
  let lf = -1
  let cr = -1
  return (from) => {
    if (lf < from) lf = search(LF, from)
    if (cr < from) cr = search(CR, from)
    return Math.min(lf, cr)
  }
}

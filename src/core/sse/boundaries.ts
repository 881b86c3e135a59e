/** Finds the places in a stream's bytes up to which nothing can be torn, independent of the chunks. */

/** Remembers the state at the end of earlier chunks. */
export interface BoundaryFinder {
  /** Offsets in `chunk` after which no event is under way, ascending. */
  find(chunk: Uint8Array): readonly number[]
  /**
   * Takes the chunk in place of `find` when it shows by its last bytes that nothing is under way at its end. Most chunks
   * do, and their lines need no look.
   */
  endsWhole(chunk: Uint8Array): boolean
  /**
   * The offset in the last chunk after a comment that stands between the lines of an event that its end left
   * unfinished; 0 for none. It lies behind every offset that `find` returned.
   */
  readonly inside: number
}

const LF = 0x0a
const CR = 0x0d
const COLON = 0x3a
const NO_ENDS: readonly number[] = []
const BOM = [0xef, 0xbb, 0xbf] as const

/** NDJSON: one event a line. */
export function lineBoundaries(): BoundaryFinder {
  return {
    find(chunk) {
      const ends: number[] = []
      for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) ends.push(at + 1)
      return ends
    },
    endsWhole: (chunk) => chunk.at(-1) === LF,
    inside: 0,
  }
}

/**
 * Server-sent events: an event ends with a blank line; lines end with LF, CR or CR LF (WHATWG HTML, section 9.2.5). A
 * comment is whole by its line. A line's CR ends it at once, so that nothing waits for what comes next; an LF that comes
 * with the next chunk still belongs to that CR, and is a boundary of its own.
 */
export function eventBoundaries(): BoundaryFinder {
  return new EventBoundaries()
}

class EventBoundaries implements BoundaryFinder {
  inside = 0
  #ends: number[] | undefined
  readonly #terminators = new Terminators()
  /** The first byte of the current line, as far as earlier chunks have it. */
  #first: number | undefined
  /** The last byte was a CR: an LF now is part of it. */
  #isAfterCr = false
  /** The last complete line could be passed on at once: it was blank, or a comment. */
  #isFree = true
  /** The event under way has a line that is no comment. */
  #isOpen = false
  /** How many bytes of a byte order mark the stream began with; BOM.length once that is known. */
  #bom = 0

  find(chunk: Uint8Array): readonly number[] {
    this.inside = 0
    this.#ends = undefined
    if (chunk.length > 0) this.#walk(chunk)
    return this.#ends ?? NO_ENDS
  }

  /** Two LF in a row end a line and an event, whatever stands before them. */
  endsWhole(chunk: Uint8Array): boolean {
    const { length } = chunk
    if (length < 2 || chunk[length - 1] !== LF || chunk[length - 2] !== LF) return false
    this.inside = 0
    this.#first = undefined
    this.#isAfterCr = false
    this.#isFree = true
    this.#isOpen = false
    this.#bom = BOM.length
    return true
  }

  #walk(chunk: Uint8Array): void {
    const terminators = this.#terminators
    terminators.begin()
    let line = this.#begin(chunk)
    for (let at = terminators.next(chunk, line); at < chunk.length; at = terminators.next(chunk, line)) {
      const first = this.#first ?? (at === line ? undefined : chunk[line])
      this.#first = undefined
      line = chunk[at] === CR && chunk[at + 1] === LF ? at + 2 : at + 1
      this.#endLine(first, line)
    }
    if (line < chunk.length) this.#first ??= chunk[line]
    this.#isAfterCr = chunk.at(-1) === CR
  }

  /** @returns where the first line begins, or goes on */
  #begin(chunk: Uint8Array): number {
    if (this.#bom < BOM.length) return this.#afterBom(chunk)
    if (!this.#isAfterCr || chunk[0] !== LF) return 0
    if (this.#isFree) this.#mark(1)
    return 1
  }

  /** @param first the line's first byte; undefined for a blank line */
  #endLine(first: number | undefined, end: number): void {
    this.#isFree = first === undefined || first === COLON
    if (first === undefined) this.#isOpen = false
    else if (first !== COLON) this.#isOpen = true
    if (this.#isFree) this.#mark(end)
  }

  #mark(offset: number): void {
    this.inside = this.#isOpen ? offset : 0
    if (this.#isOpen) return
    // Most chunks are one event: an array that is pushed to has room for more.
    if (this.#ends === undefined) this.#ends = [offset]
    else this.#ends.push(offset)
  }

  /** A byte order mark before the first line is no part of it. */
  #afterBom(chunk: Uint8Array): number {
    let at = 0
    while (at < chunk.length && this.#bom < BOM.length && chunk[at] === BOM[this.#bom]) {
      at++
      this.#bom++
    }
    if (at === chunk.length || this.#bom === BOM.length) return at
    // Only the start of a mark: the line begins with it.
    if (this.#bom > at) this.#first = BOM[0]
    this.#bom = BOM.length
    return 0
  }
}

/**
 * The next LF or CR at or after a growing offset; the chunk's length when there is none. Native searches are 4 times as
 * fast as a loop over the bytes of a 270-byte event; a search without a result is not repeated.
 */
class Terminators {
  #lf = -1
  #cr = -1

  /** Another chunk comes. */
  begin(): void {
    this.#lf = -1
    this.#cr = -1
  }

  next(chunk: Uint8Array, from: number): number {
    if (this.#lf < from) this.#lf = indexIn(chunk, LF, from)
    if (this.#cr < from) this.#cr = indexIn(chunk, CR, from)
    return Math.min(this.#lf, this.#cr)
  }
}

function indexIn(chunk: Uint8Array, byte: number, from: number): number {
  const at = chunk.indexOf(byte, from)
  return at < 0 ? chunk.length : at
}

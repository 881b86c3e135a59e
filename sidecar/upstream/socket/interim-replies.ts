/**
 * Skips interim replies (1xx) in front of a reply: RFC 9110, 15.2, lets a server send them unasked, and asks a client to
 * read on. 101 is none of them: after it the connection speaks another protocol.
 */

/** `?` is a digit. */
const START = 'HTTP/1.? 1??'

const CR = 13
const LF = 10
const SPACE = 32
const ZERO = 48

export class InterimReplies {
  /** Their number so far. */
  count = 0
  /** The start of a message, too short to be told. */
  #undecided: Buffer | undefined
  #isInside = false
  /** The reply itself has begun. */
  #isDone = false
  /** Bytes of the line that is under way, and the last byte. */
  #lineBytes = 0
  #last: number | undefined

  /** A reply is awaited. */
  begin(): void {
    this.count = 0
    this.#undecided = undefined
    this.#isInside = false
    this.#isDone = false
    this.#lineBytes = 0
    this.#last = undefined
  }

  /** No reply has begun. */
  get isSkipping(): boolean {
    return this.count > 0 && !this.#isDone
  }

  /** @returns what is for the parser; null: nothing yet */
  skip(chunk: Buffer): Buffer | null {
    let rest = this.#undecided === undefined ? chunk : Buffer.concat([this.#undecided, chunk])
    this.#undecided = undefined
    while (!this.#isDone && rest.length > 0) {
      if (!this.#isInside) {
        const isInterim = startsInterim(rest)
        if (isInterim === undefined) {
          this.#undecided = rest
          return null
        }
        if (!isInterim) {
          this.#isDone = true
          break
        }
        this.#isInside = true
        this.count++
      }
      rest = rest.subarray(this.#endIn(rest))
    }
    return rest.length === 0 ? null : rest
  }

  /** @returns the index after the empty line, or after the last byte while it has not come */
  #endIn(bytes: Buffer): number {
    let start = 0
    for (let lf = bytes.indexOf(LF); lf !== -1; lf = bytes.indexOf(LF, start)) {
      if ((lf === 0 ? this.#last : bytes[lf - 1]) !== CR) {
        // A line ends without CR. The parser says so.
        this.#isDone = true
        return lf
      }
      const lineBytes = this.#lineBytes + lf - start
      this.#lineBytes = 0
      start = lf + 1
      if (lineBytes > 1) continue
      this.#isInside = false
      return start
    }
    this.#lineBytes += bytes.length - start
    this.#last = bytes.at(-1)
    return bytes.length
  }
}

/** @returns undefined while that is open */
function startsInterim(bytes: Buffer): boolean | undefined {
  for (let index = 0; index < START.length; index++) {
    const byte = bytes[index]
    if (byte === undefined) return undefined
    if (!isAt(byte, START.charCodeAt(index))) return false
  }
  if (bytes.length === START.length) return undefined
  const isSwitch = bytes[10] === ZERO && bytes[11] === ZERO + 1
  // The reason may be left out.
  return !isSwitch && (bytes[12] === SPACE || bytes[12] === CR)
}

function isAt(byte: number, expected: number): boolean {
  return expected === 0x3f ? byte >= ZERO && byte <= ZERO + 9 : byte === expected
}

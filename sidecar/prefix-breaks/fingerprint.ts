/**
 * A request's prefix as two numbers per part: enough to find where two requests differ, and never content.
 *
 * The hash covers a part as the model reads it, not its spelling. Cache marks move from message to message, and a client
 * that sets one turns a plain string into a block; neither changes the provider's cache.
 */

import { checksum, joined } from '../../src/core/checksum.ts'
import type { Prefix, PrefixPart } from '../../src/core/dialect/index.ts'
import { endOf, isString, type JsonTape, kindOf, memberOf, NONE, nextOf, startOf } from '../../src/core/json/index.ts'

export interface Fingerprint {
  /**
   * Two numbers per part, in the provider's reading order: a checksum of its content, and the bytes from the first part to
   * its end. One changed part in four thousand million is missed; SHA-256 would take twice as long.
   */
  readonly marks: Uint32Array
  readonly toolParts: number
  /** Tools and system. */
  readonly sharedParts: number
}

/** The prefix of a request, and the role of each of its parts. */
export interface RequestPrefix {
  readonly print: Fingerprint
  readonly parts: Prefix['parts']
}

/** Later parts are not compared: 16 KB hold a conversation of 2,000 messages. */
export const MAX_PARTS = 2048

/** Members that control the cache and are not shown to the model. */
const CACHE_MARKS = ['cache_control', 'prompt_cache_breakpoint']
/** Members that hold content blocks. */
const CONTENT = ['content', 'output']
const TEXT_TYPES = ['text', 'input_text', 'output_text']
/** Message, block, block of a result. */
const MAX_LEVELS = 3

export function fingerprint(tape: JsonTape, { parts, sharedParts }: Prefix): RequestPrefix {
  const watched = parts.length > MAX_PARTS ? parts.slice(0, MAX_PARTS) : parts
  const marks = new Uint32Array(2 * watched.length)
  let bytes = 0
  let at = 0
  for (const noted of watched) {
    const part = new Part(tape, noted)
    bytes += part.bytes
    marks[at++] = part.crc
    marks[at++] = bytes
  }
  const firstOther = parts.findIndex(({ what }) => what !== 'tool')
  const toolParts = firstOther === -1 ? parts.length : firstOther
  const print = {
    marks,
    toolParts: Math.min(toolParts, MAX_PARTS),
    sharedParts: Math.min(sharedParts, MAX_PARTS),
  }
  return { print, parts }
}

export function partCount({ marks }: Fingerprint): number {
  return marks.length / 2
}

/** Bytes of the first `count` parts. */
export function bytesOf({ marks }: Fingerprint, count: number): number {
  return count === 0 ? 0 : (marks[2 * count - 1] ?? 0)
}

/** True when part `i` of `a` equals part `j` of `b`. */
export function isSamePart(a: Fingerprint, i: number, b: Fingerprint, j: number): boolean {
  return a.marks[2 * i] === b.marks[2 * j] && sizeOf(a, i) === sizeOf(b, j)
}

/** A key that identifies a part. */
export function keyOf(print: Fingerprint, index: number): string {
  return `${print.marks[2 * index]}.${sizeOf(print, index)}`
}

function sizeOf(print: Fingerprint, index: number): number {
  return bytesOf(print, index + 1) - bytesOf(print, index)
}

/**
 * One part: its source without cache marks, and with a lone text block as a plain string. Texts are summed by themselves:
 * the places of marks need the same sums.
 */
class Part {
  crc = 0
  bytes = 0
  readonly #tape: JsonTape
  readonly #part: PrefixPart
  /** Start of the source that is not hashed yet. */
  #from: number

  constructor(tape: JsonTape, part: PrefixPart) {
    const { node } = part
    this.#tape = tape
    this.#part = part
    this.#from = startOf(tape, node)
    if (kindOf(tape, node) === 'string') this.#text(node)
    else this.#object(node, 1)
    if (this.#from === startOf(tape, node)) this.#whole(node)
    else this.#take(endOf(tape, node))
  }

  #object(node: number, level: number): void {
    const tape = this.#tape
    if (kindOf(tape, node) !== 'object') return
    const text = plainText(tape, node)
    if (text !== NONE) {
      this.#instead(node, text)
      return
    }
    const end = nextOf(tape, node)
    for (let key = node + 1; key < end; ) {
      const value = nextOf(tape, key)
      const next = nextOf(tape, value)
      if (isOneOf(tape, key, CACHE_MARKS)) this.#leaveOut(key, value, next < end ? next : NONE)
      else if (level < MAX_LEVELS && isOneOf(tape, key, CONTENT)) this.#content(value, level + 1)
      key = next
    }
  }

  #content(node: number, level: number): void {
    const tape = this.#tape
    const kind = kindOf(tape, node)
    if (kind === 'string') this.#text(node)
    if (kind !== 'array') return
    const first = node + 1
    const end = nextOf(tape, node)
    const only = first < end && nextOf(tape, first) === end ? plainText(tape, first) : NONE
    if (only !== NONE) {
      this.#instead(node, only)
      return
    }
    for (let block = first; block < end; block = nextOf(tape, block)) this.#object(block, level)
  }

  /** @param next the key after it; NONE when it is the last of its object */
  #leaveOut(key: number, value: number, next: number): void {
    const tape = this.#tape
    const isFirst = tape.units[before(tape, startOf(tape, key))] === 0x7b
    if (isFirst || next !== NONE) {
      this.#take(startOf(tape, key))
      this.#from = next === NONE ? endOf(tape, value) : startOf(tape, next)
    } else {
      this.#take(before(tape, startOf(tape, key)))
      this.#from = endOf(tape, value)
    }
  }

  #instead(node: number, of: number): void {
    this.#take(startOf(this.#tape, node))
    this.#from = startOf(this.#tape, of)
    this.#text(of)
    this.#from = endOf(this.#tape, node)
  }

  /** A part without a text and without a mark, such as a tool: the sum is that of its pieces. */
  #whole(node: number): void {
    this.crc = this.#part.checksumOf(this.#tape, node)
    this.#from = endOf(this.#tape, node)
    this.bytes = this.#from - startOf(this.#tape, node)
  }

  #text(node: number): void {
    const tape = this.#tape
    this.#take(startOf(tape, node))
    this.crc = joined(this.crc, this.#part.checksumOf(tape, node))
    this.bytes += endOf(tape, node) - this.#from
    this.#from = endOf(tape, node)
  }

  #take(end: number): void {
    if (end <= this.#from) return
    this.crc = checksum(this.#tape.units, this.#from, end, this.crc)
    this.bytes += end - this.#from
    this.#from = end
  }
}

/** The text of a block that holds nothing else, or NONE. */
function plainText(tape: JsonTape, node: number): number {
  if (kindOf(tape, node) !== 'object') return NONE
  const end = nextOf(tape, node)
  let text = NONE
  for (let key = node + 1; key < end; key = nextOf(tape, nextOf(tape, key))) {
    const value = nextOf(tape, key)
    if (isString(tape, key, 'text')) text = value
    else if (isString(tape, key, 'type') ? !isOneOf(tape, value, TEXT_TYPES) : !isOneOf(tape, key, CACHE_MARKS))
      return NONE
  }
  return kindOf(tape, text) === 'string' && memberOf(tape, node, 'type') !== NONE ? text : NONE
}

function isOneOf(tape: JsonTape, node: number, texts: readonly string[]): boolean {
  for (const text of texts) if (isString(tape, node, text)) return true
  return false
}

/** The last offset before `at` that is not white space. */
function before({ units }: JsonTape, at: number): number {
  let position = at - 1
  while (position > 0 && (units[position] ?? 0) <= 0x20) position--
  return position
}

/** Checksums that identify a request as a turn of its conversation. Its text is never kept. */

import { checksum, joined } from '../../checksum.ts'
import type { Prefix, PrefixPart, ReadBody } from '../../dialect/index.ts'
import { endOf, hasOnly, isString, type JsonTape, kindOf, memberOf, NONE, startOf } from '../../json/index.ts'

export interface TurnPrint {
  /** Names the request; a prefill is left out, because the next turn has the full answer in its place. */
  readonly whole: string
  /** Names the request that the model's last answer replied to; absent in a first call. */
  readonly before?: string | undefined
  /** Names the last part of the request. */
  readonly question: string
  /** Names the last part of the request before; absent in a first call. */
  readonly questionBefore?: string | undefined
  /** Names the conversation by its messages up to the model's first answer; absent in a first call. */
  readonly opening?: string | undefined
  /** Checksums of the request from its start to the end of each part. One change in four thousand million is missed. */
  readonly sums: Int32Array
  /** Number of content blocks. */
  readonly blocks: number
}

/** @param scope names the lane of the call */
export function printTurn({ tape }: Pick<ReadBody, 'tape'>, prefix: Prefix, scope: string): TurnPrint {
  return new LazyPrint(tape, prefix, scope)
}

/** What names earlier requests is computed when they are looked for: most are found by the first name. */
class LazyPrint implements TurnPrint {
  readonly whole: string
  readonly question: string
  readonly opening: string | undefined
  readonly sums: Int32Array
  readonly #tape: JsonTape
  readonly #parts: readonly PrefixPart[]
  readonly #scope: string
  readonly #last: number
  readonly #before: number

  constructor(tape: JsonTape, { parts, sharedParts }: Prefix, scope: string) {
    this.#tape = tape
    this.#parts = parts
    this.#scope = scope
    this.#last = parts.findLastIndex(({ isAssistant }) => !isAssistant)
    this.#before = lastAsked(parts, this.#last)
    this.sums = sumsOf(tape, parts, this.#last + 1)
    this.whole = this.#whole(this.#last + 1)
    this.question = this.#only('q', this.#last, this.#last + 1)
    const firstAnswer = this.#before === NONE ? NONE : parts.findIndex(({ isAssistant }) => isAssistant)
    this.opening = firstAnswer === NONE ? undefined : this.#only('o', sharedParts, firstAnswer + 1)
  }

  get before(): string | undefined {
    return this.#before === NONE ? undefined : this.#whole(this.#before + 1)
  }

  get questionBefore(): string | undefined {
    return this.#before === NONE ? undefined : this.#only('q', this.#before, this.#before + 1)
  }

  get blocks(): number {
    return this.#parts.reduce((sum, { blocks }, index) => (index > this.#last ? sum : sum + blocks), 0)
  }

  #whole(until: number): string {
    return nameOf(this.#scope, 'w', this.sums[until - 1] ?? 0, until)
  }

  #only(kind: string, from: number, until: number): string {
    return nameOf(this.#scope, kind, sumOf(this.#tape, this.#parts, from, until), until - from)
  }
}

function nameOf(scope: string, kind: string, sum: number, count: number): string {
  return `${scope}${kind}${sum}.${count}`
}

/** The part before the model's last answer: in an agent's loop the request before ends with it. NONE without one. */
function lastAsked(parts: readonly PrefixPart[], last: number): number {
  let index = last
  while (index >= 0 && !parts[index]?.isAssistant) index--
  while (index >= 0 && parts[index]?.isAssistant) index--
  return index
}

function sumsOf(tape: JsonTape, parts: readonly PrefixPart[], until: number): Int32Array {
  const sums = new Int32Array(until)
  let sum = 0
  for (let index = 0; index < until; index++) {
    sum = joined(sum, sumOfPart(tape, parts[index]))
    sums[index] = sum
  }
  return sums
}

function sumOf(tape: JsonTape, parts: readonly PrefixPart[], from: number, until: number): number {
  let sum = 0
  for (let index = from; index < until; index++) sum = joined(sum, sumOfPart(tape, parts[index]))
  return sum
}

function sumOfPart(tape: JsonTape, part: PrefixPart | undefined): number {
  if (part === undefined) return 0
  const { node } = part
  const text = textOfPart(tape, part)
  if (text === NONE) return part.checksumOf(tape, node)
  const sum = part.checksumOf(tape, text)
  // A plain string and a lone block of text read the same.
  if (node === part.lastBlock || hasOnly(tape, node, MESSAGE)) return sum
  // A tool's result, for one: its text was summed by itself, or will be.
  const before = checksum(tape.units, startOf(tape, node), startOf(tape, text))
  return checksum(tape.units, endOf(tape, text), endOf(tape, node), joined(before, sum))
}

/** The only text of a part: a plain string, or that of a lone block of text. NONE for any other part. */
function textOfPart(tape: JsonTape, { node, lastBlock, blocks }: PrefixPart): number {
  if (blocks !== 1) return NONE
  const text = lastBlock === NONE ? memberOf(tape, node, 'content') : textOfBlock(tape, lastBlock)
  return kindOf(tape, text) === 'string' ? text : NONE
}

const MESSAGE = ['role', 'content', 'type']
const TEXT_BLOCK = ['type', 'text']
const TEXT_TYPES = ['text', 'input_text', 'output_text']

/** @returns NONE for a block that holds more than its text */
function textOfBlock(tape: JsonTape, block: number): number {
  const text = memberOf(tape, block, 'text')
  if (text === NONE || !hasOnly(tape, block, TEXT_BLOCK)) return NONE
  const type = memberOf(tape, block, 'type')
  return TEXT_TYPES.some((name) => isString(tape, type, name)) ? text : NONE
}

/** Checksums that identify a request as a turn of its conversation. Its text is never kept. */

import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Prefix, PrefixPart, ReadBody } from '../../dialect/index.ts'
import { endOf, hasOnly, isString, type JsonTape, kindOf, memberOf, NONE, startOf } from '../../json/index.ts'

export interface TurnPrint {
  /** Names the request; a prefill is left out, because the next turn has the full answer in its place. */
  readonly whole: string
  /** Names the request that the model's last answer replied to; absent in a first call. */
  readonly before?: string
  /** Names the last part of the request. */
  readonly question: string
  /** Names the last part of the request before; absent in a first call. */
  readonly questionBefore?: string
  /** Names the conversation by its messages up to the model's first answer; absent in a first call. */
  readonly opening?: string
  /** CRC-32 of the request from its start to the end of each part. One change in four thousand million is missed. */
  readonly sums: Uint32Array
  /** Number of content blocks. */
  readonly blocks: number
}

/** Hexadecimal digits: 64 bits tell lanes apart. */
const LANE_DIGITS = 16

/** @param lane provider, account and model, which do not share a cache */
export function printTurn(read: ReadBody, { parts, sharedParts }: Prefix, lane: string): TurnPrint {
  const scope = hash('sha256', lane).slice(0, LANE_DIGITS)
  const last = parts.findLastIndex(({ isAssistant }) => !isAssistant)
  const before = lastAsked(parts, last)
  const afterOpening = parts.findIndex(({ isAssistant }) => isAssistant) + 1
  const sums = sumsOf(read, parts, last + 1)
  const name = (kind: string, sum: number, count: number): string => `${scope}${kind}${sum.toString(36)}.${count}`
  const whole = (until: number): string => name('w', sums[until - 1] ?? 0, until)
  const only = (from: number, until: number, kind: string): string =>
    name(kind, sumOf(read, parts, from, until), until - from)
  return {
    whole: whole(last + 1),
    question: only(last, last + 1, 'q'),
    ...(before !== NONE && {
      before: whole(before + 1),
      questionBefore: only(before, before + 1, 'q'),
      opening: only(sharedParts, afterOpening, 'o'),
    }),
    sums,
    blocks: parts.reduce((sum, { blocks }, index) => (index > last ? sum : sum + blocks), 0),
  }
}

/** The part before the model's last answer: in an agent's loop the request before ends with it. NONE without one. */
function lastAsked(parts: readonly PrefixPart[], last: number): number {
  let index = last
  while (index >= 0 && !parts[index]?.isAssistant) index--
  while (index >= 0 && parts[index]?.isAssistant) index--
  return index
}

function sumsOf(read: ReadBody, parts: readonly PrefixPart[], until: number): Uint32Array {
  const sums = new Uint32Array(until)
  let sum = 0
  for (let index = 0; index < until; index++) {
    sum = addPart(read, parts[index], sum)
    sums[index] = sum
  }
  return sums
}

function sumOf(read: ReadBody, parts: readonly PrefixPart[], from: number, until: number): number {
  let sum = 0
  for (let index = from; index < until; index++) sum = addPart(read, parts[index], sum)
  return sum
}

function addPart({ body, tape }: ReadBody, part: PrefixPart | undefined, sum: number): number {
  if (part === undefined) return sum
  const node = textNode(tape, part)
  return crc32(body.subarray(startOf(tape, node), endOf(tape, node)), sum)
}

/** The text of a part that is only text: a plain string and a lone block of text read the same. Else the part itself. */
function textNode(tape: JsonTape, { node, lastBlock, blocks }: PrefixPart): number {
  if (blocks !== 1) return node
  const text = lastBlock === NONE ? memberOf(tape, node, 'content') : textOfBlock(tape, lastBlock)
  if (kindOf(tape, text) !== 'string') return node
  return node === lastBlock || hasOnly(tape, node, MESSAGE) ? text : node
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

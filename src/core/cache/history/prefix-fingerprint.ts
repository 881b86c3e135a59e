/** Hashes that identify the beginning of a request. Its text is never kept. */

import { createHash, hash } from 'node:crypto'
import type { Prefix, PrefixPart, ReadBody } from '../../dialect/index.ts'
import { DESK_BYTES, deskFor } from '../../hash-desk.ts'
import { endOf, startOf } from '../../json/index.ts'

export interface PrefixFingerprint {
  /** Hash of the shared prefix: scope, model, tools and system text. */
  readonly shared: string
  /** Hash of the conversation prefix: `shared`, and everything before the model's first answer. */
  readonly conversation: string
  /** The model has not answered yet. */
  readonly isStart: boolean
}

/** Hexadecimal digits of a hash: 128 bits. */
const DIGITS = 32

/** @param lane provider, account and model, which do not share a cache */
export function fingerprintOf(
  read: ReadBody,
  { parts, sharedParts, hasAssistantTurn }: Prefix,
  lane: string,
): PrefixFingerprint {
  const firstAnswer = parts.findIndex(({ isAssistant }) => isAssistant)
  const shared = sharedHash(read, { parts, sharedParts }, lane)
  const rest = parts.slice(sharedParts, firstAnswer === -1 ? undefined : firstAnswer)
  return { shared, conversation: hashOf(shared, read, rest), isStart: !hasAssistantTurn }
}

/** The first of the two by itself. */
export function sharedHash(
  read: ReadBody,
  { parts, sharedParts }: Pick<Prefix, 'parts' | 'sharedParts'>,
  lane: string,
): string {
  return hashOf(lane, read, parts.slice(0, sharedParts))
}

/** Of the parts behind a name. JSON text never contains a NUL: it separates them. */
function hashOf(name: string, { body, tape }: ReadBody, parts: readonly PrefixPart[]): string {
  let bytes = 3 * name.length
  for (const { node } of parts) bytes += 1 + endOf(tape, node) - startOf(tape, node)
  if (bytes > DESK_BYTES) return hashOfLong(name, { body, tape }, parts)
  const desk = deskFor(bytes)
  let at = desk.write(name)
  for (const { node } of parts) {
    desk[at++] = 0
    desk.set(body.subarray(startOf(tape, node), endOf(tape, node)), at)
    at += endOf(tape, node) - startOf(tape, node)
  }
  return hash('sha256', desk.subarray(0, at)).slice(0, DIGITS)
}

function hashOfLong(
  name: string,
  { body, tape }: Pick<ReadBody, 'body' | 'tape'>,
  parts: readonly PrefixPart[],
): string {
  const long = createHash('sha256').update(name)
  for (const { node } of parts) long.update('\0').update(body.subarray(startOf(tape, node), endOf(tape, node)))
  return long.digest('hex').slice(0, DIGITS)
}

/** Hashes that identify the beginning of a request. Its text is never kept. */

import { createHash, type Hash } from 'node:crypto'
import type { Prefix, PrefixPart, ReadBody } from '../../dialect/index.ts'
import { endOf, startOf } from '../../json/index.ts'

export interface PrefixFingerprint {
  /** Hash of the shared prefix: scope, model, tools and system text. */
  readonly shared: string
  /** Hash of the conversation prefix: the shared prefix, and everything before the model's first answer. */
  readonly conversation: string
  /** The model has not answered yet. */
  readonly isStart: boolean
}

/** Hexadecimal digits of a hash: 128 bits. */
const DIGITS = 32

/** @param scope provider and account, which do not share a cache */
export function fingerprintOf(
  read: ReadBody,
  { parts, sharedParts, hasAssistantTurn }: Prefix,
  scope: string,
): PrefixFingerprint {
  const firstAnswer = parts.findIndex(({ isAssistant }) => isAssistant)
  const hash = createHash('sha256').update(JSON.stringify([scope, read.facts.model]))
  addParts(hash, read, parts.slice(0, sharedParts))
  const shared = digest(hash.copy())
  addParts(hash, read, parts.slice(sharedParts, firstAnswer === -1 ? undefined : firstAnswer))
  return { shared, conversation: digest(hash), isStart: !hasAssistantTurn }
}

function addParts(hash: Hash, { body, tape }: ReadBody, parts: readonly PrefixPart[]): void {
  for (const { node } of parts) {
    // JSON text never contains a NUL: it separates the parts.
    hash.update('\0').update(body.subarray(startOf(tape, node), endOf(tape, node)))
  }
}

function digest(hash: Hash): string {
  return hash.digest('hex').slice(0, DIGITS)
}

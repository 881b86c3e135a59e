/** What is remembered of a request: hashes of how it begins, never its text. */

import { createHash, type Hash } from 'node:crypto'
import type { Prefix, PrefixPart, ReadBody } from '../../dialect/index.ts'
import { endOf, startOf } from '../../json/index.ts'

export interface Sighting {
  /** Of tools and system text, of the model and the scope: what calls may share. */
  readonly head: string
  /** Of the head and all that stands before the model's first word: what a conversation begins with. */
  readonly opening: string
  /** The model has not spoken yet. */
  readonly isStart: boolean
  /** How long it is, in parts. */
  readonly length: number
}

/** Hexadecimal digits of a hash: 128 bits. */
const DIGITS = 32

/** @param scope what else keeps caches apart: provider and account */
export function sightingOf(read: ReadBody, { parts, sharedParts, hasAssistantTurn }: Prefix, scope: string): Sighting {
  const spoken = parts.findIndex(({ isAssistant }) => isAssistant)
  const hash = createHash('sha256').update(JSON.stringify([scope, read.facts.model]))
  addParts(hash, read, parts.slice(0, sharedParts))
  const head = digest(hash.copy())
  addParts(hash, read, parts.slice(sharedParts, spoken === -1 ? undefined : spoken))
  return { head, opening: digest(hash), isStart: !hasAssistantTurn, length: parts.length }
}

function addParts(hash: Hash, { body, tape }: ReadBody, parts: readonly PrefixPart[]): void {
  for (const { node } of parts) {
    // A NUL stands in no JSON text: it keeps the parts apart.
    hash.update('\0').update(body.subarray(startOf(tape, node), endOf(tape, node)))
  }
}

function digest(hash: Hash): string {
  return hash.digest('hex').slice(0, DIGITS)
}

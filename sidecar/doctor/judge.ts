/**
 * Does a request go on where an earlier one stopped, did it break its prefix, or are they two conversations?
 *
 * Sub-agents, parallel attempts at one task and rewound chats share a beginning and then differ, as a broken prefix does.
 * What tells them apart is what the model said: a conversation that goes on holds its own earlier answers, whatever its
 * client changed around them. In doubt it is another conversation: an alarm that cries wolf is switched off.
 */

import type { Prefix } from '../../src/core/dialect/index.ts'
import { type Fingerprint, isSamePart, keyOf, partCount } from './fingerprint.ts'

/** A request with what its parts are. */
export interface Request {
  readonly print: Fingerprint
  readonly parts: Prefix['parts']
}

/** How many parts both have in common, from the first on. */
export function commonParts(a: Fingerprint, b: Fingerprint): number {
  const most = Math.min(partCount(a), partCount(b))
  let common = 0
  while (common < most && isSamePart(a, common, b, common)) common++
  return common
}

/**
 * Is `now` the same conversation as `earlier`, though each has parts of its own after the `common` ones? Linear in the
 * number of parts.
 */
export function isBroken(earlier: Fingerprint, now: Request, common: number): boolean {
  if (isAnswerResent(earlier, now, common)) return true
  const isHead = common < Math.max(earlier.sharedParts, now.print.sharedParts)
  return isHead ? isSameTalk(earlier, now) : isLastMessageEdited(earlier, now, common)
}

/** Under another system text or other tools, all messages of the earlier request, and the answer to them. */
function isSameTalk(earlier: Fingerprint, { print, parts }: Request): boolean {
  const messages = partCount(earlier) - earlier.sharedParts
  if (messages === 0 || partCount(print) - print.sharedParts <= messages) return false
  for (let i = 0; i < messages; i++) {
    if (!isSamePart(earlier, earlier.sharedParts + i, print, print.sharedParts + i)) return false
  }
  return parts[print.sharedParts + messages]?.isAssistant === true
}

/** An answer of the model's that both hold, after the place where they part. */
function isAnswerResent(earlier: Fingerprint, { print, parts }: Request, common: number): boolean {
  const first = Math.max(common, earlier.sharedParts)
  const known = new Set<string>()
  for (let i = first; i < partCount(earlier); i++) known.add(keyOf(earlier, i))
  for (let i = Math.max(common, print.sharedParts); i < partCount(print); i++) {
    if (parts[i]?.isAssistant && known.has(keyOf(print, i))) return true
  }
  return false
}

/**
 * They hold the same answers up to a message of the client's, which differs and was answered: the request has grown past
 * the earlier one. Without an answer before it, two conversations under one system text would look alike.
 */
function isLastMessageEdited(earlier: Fingerprint, { print, parts }: Request, common: number): boolean {
  const hasGrown = partCount(print) > partCount(earlier)
  if (!hasGrown || parts[common]?.isAssistant !== false) return false
  for (let i = print.sharedParts; i < common; i++) if (parts[i]?.isAssistant) return true
  return false
}

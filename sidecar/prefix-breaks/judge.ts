/**
 * Does a request go on where an earlier one stopped, did it break its prefix, or are they two conversations?
 *
 * Sub-agents, parallel attempts at one task and rewound chats share a beginning and then differ, as a broken prefix does.
 * What tells them apart is what the model said: a conversation that goes on holds its own earlier answers, whatever its
 * client changed around them. In doubt it is another conversation: an alarm that cries wolf is switched off.
 */

import type { Prefix } from '../../src/core/dialect/index.ts'
import { bytesOf, type Fingerprint, isSamePart, keyOf, partCount } from './fingerprint.ts'

/** By how much a system text may grow or shrink at once: what was looked up for a question may be long or short. */
const MAX_GROWTH = 4
/** And by how much where nothing but its time or its number is another. */
const MAX_TOUCH = 1.05

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
  if (common === partCount(earlier) || common === partCount(now.print)) return false
  const isHead = common < Math.max(earlier.sharedParts, now.print.sharedParts)
  // Who is asked for a title of the talk has a system text of his own.
  if (isHead && !isOfSize(earlier, now.print, MAX_GROWTH)) return false
  if (isAnswerResent(earlier, now, common)) return true
  return isHead ? isSameTalk(earlier, now) : isLastMessageEdited(earlier, now, common)
}

/** Is the one's system text at most so many times as long as the other's? */
function isOfSize(a: Fingerprint, b: Fingerprint, times: number): boolean {
  const [less = 0, more = 0] = [systemBytes(a), systemBytes(b)].sort((one, other) => one - other)
  return more <= times * less
}

function systemBytes(print: Fingerprint): number {
  return bytesOf(print, print.sharedParts) - bytesOf(print, print.toolParts)
}

/**
 * Under another system text or other tools, all messages of the earlier request, and the answer to them; or the same
 * question again, where only some characters of the system text are others: two agents may be asked the same.
 */
function isSameTalk(earlier: Fingerprint, { print, parts }: Request): boolean {
  const messages = partCount(earlier) - earlier.sharedParts
  if (messages === 0 || partCount(print) - print.sharedParts < messages) return false
  for (let i = 0; i < messages; i++) {
    if (!isSamePart(earlier, earlier.sharedParts + i, print, print.sharedParts + i)) return false
  }
  const next = parts[print.sharedParts + messages]
  return next === undefined ? isOfSize(earlier, print, MAX_TOUCH) : next.isAssistant
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

/**
 * Decides whether a request continues an earlier one, breaks its prefix, or belongs to another conversation.
 *
 * Sub-agents, parallel attempts at one task and rewound chats share a beginning and then differ, like a broken prefix.
 * The model's answers make the difference: a conversation that continues holds its own earlier answers, whatever the
 * client changed around them. When unsure, report nothing: users disable alerts with false positives.
 */

import { bytesOf, type Fingerprint, isSamePart, keyOf, partCount, type RequestPrefix } from './fingerprint.ts'

/** The factor by which a system text may grow or shrink at once: retrieved passages may be long or short. */
const MAX_GROWTH = 4
/** The same factor where only a time or a number in it differs. */
const MAX_TOUCH = 1.05

/** Counts the equal parts at the start of both. */
export function commonParts(a: Fingerprint, b: Fingerprint): number {
  const most = Math.min(partCount(a), partCount(b))
  let common = 0
  while (common < most && isSamePart(a, common, b, common)) common++
  return common
}

/**
 * True when `now` is the same conversation as `earlier`, though each has parts of its own after the `common` ones.
 * Linear in the number of parts.
 */
export function isBroken(earlier: Fingerprint, now: RequestPrefix, common: number): boolean {
  if (common === partCount(earlier) || common === partCount(now.print)) return false
  const isHead = common < Math.max(earlier.sharedParts, now.print.sharedParts)
  // A request for a conversation title usually has another system prompt.
  if (isHead && !isOfSize(earlier, now.print, MAX_GROWTH)) return false
  if (isAnswerResent(earlier, now, common)) return true
  return isHead ? isSameTalk(earlier, now) : isLastMessageEdited(earlier, now, common)
}

/** True when neither system text is more than `times` as long as the other. */
function isOfSize(a: Fingerprint, b: Fingerprint, times: number): boolean {
  const [less = 0, more = 0] = [systemBytes(a), systemBytes(b)].sort((one, other) => one - other)
  return more <= times * less
}

function systemBytes(print: Fingerprint): number {
  return bytesOf(print, print.sharedParts) - bytesOf(print, print.toolParts)
}

/**
 * Under another system text or other tools, the request holds all messages of the earlier one and an answer to them. The
 * same question without an answer counts only where the system text hardly changed: two agents may get one question.
 */
function isSameTalk(earlier: Fingerprint, { print, parts }: RequestPrefix): boolean {
  const messages = partCount(earlier) - earlier.sharedParts
  if (messages === 0 || partCount(print) - print.sharedParts < messages) return false
  for (let i = 0; i < messages; i++) {
    if (!isSamePart(earlier, earlier.sharedParts + i, print, print.sharedParts + i)) return false
  }
  const next = parts[print.sharedParts + messages]
  return next === undefined ? isOfSize(earlier, print, MAX_TOUCH) : next.isAssistant
}

/** Both hold the same answer of the model after their first difference. */
function isAnswerResent(earlier: Fingerprint, { print, parts }: RequestPrefix, common: number): boolean {
  const first = Math.max(common, earlier.sharedParts)
  const known = new Set<string>()
  for (let i = first; i < partCount(earlier); i++) known.add(keyOf(earlier, i))
  for (let i = Math.max(common, print.sharedParts); i < partCount(print); i++) {
    if (parts[i]?.isAssistant && known.has(keyOf(print, i))) return true
  }
  return false
}

/**
 * Both hold the same answers up to a client message that differs and was answered: the request is longer than the earlier
 * one. Without an answer before that message, two conversations under one system text would look alike.
 */
function isLastMessageEdited(earlier: Fingerprint, { print, parts }: RequestPrefix, common: number): boolean {
  const hasGrown = partCount(print) > partCount(earlier)
  if (!hasGrown || parts[common]?.isAssistant !== false) return false
  for (let i = print.sharedParts; i < common; i++) if (parts[i]?.isAssistant) return true
  return false
}

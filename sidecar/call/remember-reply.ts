/** Keeps what later requests may name of a reply: its id and its calls. */

import type { Ending } from '../reply/ending.ts'
import type { ReplyMemory } from '../reply/reply-memory.ts'
import type { Call } from './call.ts'

export interface RememberReplyDeps {
  readonly replyMemory: ReplyMemory
}

/** A reply that was cut short counts as well: the provider has stored it all the same. */
export function rememberReply(
  { replyMemory }: RememberReplyDeps,
  { target, sent }: Pick<Call, 'target' | 'sent'>,
  { facts }: Pick<Ending, 'facts'>,
): void {
  // No request names a reply whose provider keeps nothing: an entry for each would live for 50,000 more.
  if (target?.dialect?.keepsHistory !== true) return
  if (sent?.request === undefined || sent.account === undefined || facts.id === undefined) return
  replyMemory.remember(sent.account, facts, sent.request.session)
}

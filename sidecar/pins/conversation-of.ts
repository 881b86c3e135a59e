/** Looks up the conversation of a request: by account, call ids and the hashes of its results. */

import type { Digests } from '../../src/core/compress/index.ts'
import type { Block, ReadBody } from '../../src/core/dialect/index.ts'
import { Conversation, type PinScope, scopeOf } from '../../src/core/pins/index.ts'
import type { Vocabularies } from '../../src/core/tokenizer/index.ts'
import type { PinStore } from './pin-store.ts'

export interface ConversationDeps {
  readonly pinStore: PinStore
  readonly vocabularies: Vocabularies
}

export interface ConversationSource {
  readonly read: ReadBody
  /** Those that get a pin. */
  readonly blocks: readonly Block[]
  /** Of these blocks. */
  readonly digests: Digests
  /** A hash of the credential. */
  readonly account: string
  /** The caller's own name for the conversation; empty without one. */
  readonly session: string
  /** Does the policy want new results encoded? */
  readonly isRewriting: boolean
}

/** Looks on the volume as well, where results are not known here and another process may have sent them. */
export function conversationOf({ pinStore, vocabularies }: ConversationDeps, source: ConversationSource): Conversation {
  const { read, blocks, digests, account, session, isRewriting } = source
  // Results without a call id are told apart by the conversation's first words.
  const opening = (): PinScope => scopeOf(account, session, read.opening)
  const options = {
    facts: { blocks, reasoning: read.facts.reasoning, lastAssistant: read.facts.lastAssistant },
    digests,
    account: () => pinStore.scopeOf(account, session),
    opening,
    isRewriting,
    vocabularies,
  }
  const conversation = Conversation.of(pinStore.pins, options)
  return conversation.unknown > 0 && pinStore.refresh() ? Conversation.of(pinStore.pins, options) : conversation
}

/** Encodes an LLM call's content in fewer tokens, as the policy allows; on our failure the request is sent unchanged. */

import type { IncomingHttpHeaders } from 'node:http'
import { staysUncached } from '../../src/core/cache/index.ts'
import {
  type BlockCache,
  type CompressedRequest,
  type CompressionSettings,
  compressing,
  digestsOf,
  failOpen,
  passthroughReport,
  type Repeated,
  type Report,
  recall,
} from '../../src/core/compress/index.ts'
import { type Block, type Dialect, type ReadBody, readingBody } from '../../src/core/dialect/index.ts'
import { M2MError } from '../../src/core/errors.ts'
import { inForce, resolveModel } from '../../src/core/model/index.ts'
import type { Conversation } from '../../src/core/pins/index.ts'
import type { CompiledPolicy } from '../../src/core/policy/index.ts'
import { atOnce, type Steps } from '../../src/core/steps.ts'
import { resolveCounter, type TokenCounter } from '../../src/core/tokenizer/index.ts'
import type { CallLog } from '../log.ts'
import { type ConversationDeps, conversationOf, type FailedHeals } from '../pins/index.ts'
import type { KnownReplies, ReplyMemory } from '../reply/reply-memory.ts'
import { credentialOf, type Group, groupOf, isHeldOut, sessionHeader, sessionId } from '../session/index.ts'
import type { PassthroughReason } from '../telemetry/index.ts'
import type { BodyStream } from '../wire/request-body.ts'
import { type Bypass, bypassOf } from './bypass.ts'
import type { Target } from './match.ts'
import type { Received, ReceivedBody } from './read-request.ts'
import type { Seal } from './signed.ts'

export interface CompressDeps extends ConversationDeps {
  /** Results for the texts of earlier calls; in memory only. */
  readonly blockCache: BlockCache
  /** What earlier replies said of this request. */
  readonly replyMemory: ReplyMemory
  /** Conversations whose other form was refused as well. */
  readonly failedHeals: FailedHeals
}

/** A call after its body was read. */
export interface ArrivedCall {
  readonly policy: CompiledPolicy
  readonly headers: IncomingHttpHeaders
  readonly target: Target
  /** What the client covers: no byte of it may change. */
  readonly seal: Seal | undefined
  readonly received: Received
  readonly log: CallLog
}

export interface Outgoing {
  readonly body: Uint8Array | BodyStream | null
  /** The body arrived encoded and is sent decoded. */
  readonly isDecoded: boolean
  /** Undefined for a call that is not an LLM call. */
  readonly report: Report | undefined
  /** Undefined when the body was not understood. */
  readonly request: LlmRequest | undefined
  /** Why the body goes as it came, if it does. */
  readonly passthrough: PassthroughReason | undefined
}

/** A request body that was understood. */
export interface LlmRequest {
  readonly read: ReadBody
  /** A hash of the call's credential. */
  readonly account: string
  readonly counter: TokenCounter
  readonly settings: CompressionSettings
  readonly session: string
  /** The call's side of a comparison; undefined when it is on none. */
  readonly group: Group | undefined
  /** The call's headers forbid rewriting it. */
  readonly isLeftAlone: boolean
  /** Undefined for a body that must not change by a byte. */
  readonly conversation: Conversation | undefined
  /** Results before reasoning whose form is not known. */
  readonly unknownForms: number
  /** If the provider refuses its reasoning: may the other form be tried? */
  readonly isHealable: boolean
  /** Why its body goes as it came, if it does. */
  readonly passthrough: PassthroughReason
}

/** @throws M2MError INTERNAL when compression fails and the policy's failure mode is Closed */
export function* compress(deps: CompressDeps, call: ArrivedCall): Steps<Outgoing> {
  const { received, policy, log, target } = call
  if (received.kind === 'stream' || target.dialect === undefined) {
    return streamed(call)
  }
  try {
    return yield* compressBody(deps, call, target.dialect, received)
  } catch (cause) {
    if (policy.failureMode === 'Closed') {
      throw new M2MError('compression failed, and the policy forbids sending the request unchanged', {
        code: 'INTERNAL',
        cause,
      })
    }
    log.error({ err: cause }, 'compression failed; the request is sent unchanged')
    return unchanged(policy, received, 'failopen')
  }
}

/** A body that was not held: that of an LLM call counts as one. */
function streamed({ received, policy, seal, target, headers }: ArrivedCall): Outgoing {
  const unheld = received.kind === 'stream' ? received.unheld : undefined
  const passthrough = seal === undefined ? unheld : 'signed'
  // Nobody knows the length of one that comes in chunks.
  const bytes = Number(headers['content-length'] ?? 0)
  const { profile } = policy.compression
  const report = target.dialect && passthroughReport({ profile, outcome: 'passthrough', bytes })
  return { body: received.body, isDecoded: false, report, request: undefined, passthrough }
}

function* compressBody(
  deps: CompressDeps,
  call: ArrivedCall,
  dialect: Dialect,
  received: ReceivedBody,
): Steps<Outgoing> {
  const { policy, headers } = call
  const bypass = bypassOf(call, policy)
  const account = credentialOf(headers)
  const replies = deps.replyMemory.for(account)
  const read = received.content && (yield* readingBody(received.content, dialect, replies, deps.blockCache))
  if (read === undefined) {
    const isTooLarge = received.body.length > policy.limits.maxTransformBytes
    return { ...unchanged(policy, received, 'passthrough'), passthrough: bypass ?? (isTooLarge ? 'size' : 'unread') }
  }
  const known = { read, bypass, account, replies, repeated: recall(deps.blockCache, read) }
  const first = yield* encodeWhereItPays(deps, call, known)
  // Another request of the conversation may have been sent while this one paused: what it was sent holds for both.
  const isCurrent = first.request.conversation?.isCurrent !== false
  const { request, encoded } = isCurrent ? first : atOnce(encodeWhereItPays(deps, call, known))
  const { body, report } = encoded
  if (request.unknownForms > 0) deps.pinStore.warnOfUnknown()
  // Nothing is bound to a count, and it may lack a field of the call that decides about forms (`truncation`).
  const isBound = call.target.door !== 'count'
  if (request.conversation !== undefined && isBound) deps.pinStore.remember(request.conversation.sent())
  const isSame = body === received.content
  return {
    body: isSame ? received.body : body,
    isDecoded: !isSame && received.content !== received.body,
    report,
    request,
    passthrough: request.passthrough,
  }
}

/** Encodes nothing new in a prompt that its client marks, as long as it is too short for the provider's cache. */
function* encodeWhereItPays(
  deps: CompressDeps,
  call: ArrivedCall,
  known: KnownRequest,
): Steps<{ readonly request: LlmRequest; readonly encoded: CompressedRequest }> {
  const request = understand(deps, call, known)
  const encoded = yield* encode(deps, call, request)
  if (encoded.report.outcome !== 'compressed') return { request, encoded }
  const { model } = known.read.facts
  const rules = model === undefined ? undefined : inForce(resolveModel(model)?.cache, new Date())
  if (!staysUncached(known.read, encoded.report.tokens, rules)) return { request, encoded }
  const kept = { ...understand(deps, call, { ...known, isTooShort: true }), group: request.group }
  return { request: kept, encoded: yield* encode(deps, call, kept) }
}

/** A request that was read, and what is known of its account. */
interface KnownRequest {
  readonly read: ReadBody
  readonly bypass: Bypass | undefined
  /** For the provider's cache, while its client marks it: nothing new is encoded. */
  readonly isTooShort?: boolean
  readonly account: string
  readonly replies: KnownReplies
  /** The part of the conversation's request before that this one repeats. */
  readonly repeated: Repeated | undefined
}

/** What is known of a request, and what the policy wants for it. */
function understand(
  deps: CompressDeps,
  { policy, headers, target }: ArrivedCall,
  { read, bypass, isTooShort = false, account, replies, repeated }: KnownRequest,
): LlmRequest & Pick<KnownRequest, 'repeated'> & { readonly digests: ReturnType<typeof digestsOf> } {
  const { facts } = read
  const session = sessionId(read, headers, policy.name, replies)
  const isTooLarge = read.body.length > policy.limits.maxTransformBytes
  const alone = bypass ?? (isTooLarge ? 'size' : undefined) ?? (isTooShort ? 'short' : undefined)
  const settings = settingsFor(policy, {
    isAlone: alone !== undefined,
    isInHoldout: isHeldOut(session, policy.compression.holdoutPercent, facts.session),
  })
  const blocks = pinnedBlocks(deps, read, settings)
  const digests = digestsOf(read.body, blocks, repeated)
  const isRewriting = settings.mode === 'Enforce' && !settings.isHeldOut
  const conversation =
    bypass === 'signed'
      ? undefined
      : conversationOf(deps, { read, blocks, digests, account, session: sessionHeader(headers), isRewriting })
  return {
    read,
    account,
    repeated,
    digests,
    settings,
    session,
    conversation,
    counter: resolveCounter(facts.model, target.dialect?.provider, deps.vocabularies),
    // A session that was rewritten stays on that side for as long as its results keep their forms.
    group: conversation?.keepsForms ? 'treated' : groupOf(settings, facts.session),
    isLeftAlone: bypass !== undefined,
    unknownForms: conversation?.hasReasoning ? conversation.unknown : 0,
    isHealable:
      facts.reasoning.length > 0 &&
      !facts.session.continuesResponse &&
      conversation !== undefined &&
      !deps.failedHeals.has(conversation.id),
    passthrough: alone ?? (settings.mode === 'Disabled' ? 'disabled' : 'no_gain'),
  }
}

/** A user's text gets a form only where the policy allows it: elsewhere there is nothing to remember. */
function pinnedBlocks(
  { pinStore }: Pick<CompressDeps, 'pinStore'>,
  { facts }: ReadBody,
  { userText }: CompressionSettings,
): readonly Block[] {
  if (userText === 'Observations' || pinStore.mayKeepObservations) return facts.blocks
  const isPinned = ({ kind }: Block): boolean => kind === 'tool-result'
  return facts.blocks.every(isPinned) ? facts.blocks : facts.blocks.filter(isPinned)
}

function* encode(
  { blockCache }: CompressDeps,
  { policy, log }: ArrivedCall,
  { read, repeated, digests, settings, session, counter, conversation: forms }: ReturnType<typeof understand>,
): Steps<CompressedRequest> {
  // Such a body is read for the forms that were sent before. Counting it would hold up the others.
  if (read.body.length > policy.limits.maxTransformBytes) {
    const { body, report } = failOpen(read, { profile: settings.profile, forms })
    return { body, report: { ...report, outcome: 'passthrough' } }
  }
  const encoded = yield* compressing(read, settings, counter, { cache: blockCache, digests, repeated, forms })
  if (encoded.report.outcome === 'failopen') {
    if (policy.failureMode === 'Closed') throw new Error('the engine failed open')
    log.warn({ session }, 'the engine failed; nothing new is encoded in the request')
  }
  return encoded
}

function settingsFor(
  { compression }: CompiledPolicy,
  { isAlone, isInHoldout }: { isAlone: boolean; isInHoldout: boolean },
): CompressionSettings {
  return {
    ...compression,
    mode: isAlone ? 'Disabled' : compression.mode,
    isHeldOut: isInHoldout && compression.mode === 'Enforce',
  }
}

function unchanged(
  { compression }: CompiledPolicy,
  { body, content }: ReceivedBody,
  outcome: 'passthrough' | 'failopen',
): Outgoing {
  const report = passthroughReport({ profile: compression.profile, outcome, bytes: (content ?? body).length })
  return { body, isDecoded: false, report, request: undefined, passthrough: undefined }
}

/**
 * One more attempt after a refusal of what we did to a request: without what we added to it, or with the other form of
 * results whose form was not known (provider-contracts PC-3). Every other refusal is the caller's.
 */

import { compressRequest, type Report } from '../../src/core/compress/index.ts'
import { type Conversation, type PrefixMismatch, prefixMismatchOf } from '../../src/core/pins/index.ts'
import type { Refusal, SecondBody } from '../upstream/index.ts'
import { decode } from '../wire/content-encoding.ts'
import { rawHeader, rawHeaderList } from '../wire/headers.ts'
import type { Asked, UsageQuestion } from './ask-usage.ts'
import type { CompressDeps } from './compress.ts'

export interface SecondAttempt {
  /** Undefined where no refusal can be ours. It holds the request's bytes, so it must not outlive the reply's head. */
  readonly again: SecondBody | undefined
  /** What became of it, known once the reply has begun. */
  readonly outcome: SecondOutcome
}

export interface SecondOutcome {
  /**
   * Why the request was sent again. marks: without all that we added, marks among it; usage: without our question for
   * usage; form: with the other form of some results.
   */
  reason: 'marks' | 'usage' | 'form' | undefined
  /** Our question for the usage of a stream. */
  question: UsageQuestion
  /** Of the request that was sent last. */
  report: Report | undefined
  /** The forms to remember if the second attempt is accepted. */
  healing: Conversation | undefined
}

const MAX_ERROR_BYTES = 256 * 1024

const MISMATCH_HEADER = 'anthropic-thinking-prefix-mismatch'

/** The names of our question, in the words of a provider that refuses it. */
const QUESTION = /stream_options|include_usage/

export function secondAttempt(deps: Pick<CompressDeps, 'blockCache'>, outgoing: Asked): SecondAttempt {
  const { unmarked, unasked, request, report } = outgoing
  const question = unasked === undefined ? 'none' : 'sent'
  const outcome: SecondOutcome = { reason: undefined, question, report, healing: undefined }
  const heal = request?.isHealable === true ? healing(deps, outgoing, outcome) : undefined
  if (unmarked === undefined && unasked === undefined && heal === undefined) return { again: undefined, outcome }
  return { again: onceMore({ unmarked, unasked }, heal, outcome), outcome }
}

/** The bytes without what we added. */
type Plainer = Pick<Asked, 'unmarked' | 'unasked'>

type Heal = (mismatch: PrefixMismatch) => Uint8Array | undefined

/** It waits for the reply: most requests need no healing, and theirs must not keep what was read of them. */
function onceMore(plainer: Plainer, heal: Heal | undefined, outcome: SecondOutcome): SecondBody {
  return async (refusal) => {
    const text = await textOf(refusal)
    const mismatch = prefixMismatchOf(refusal.status, text, rawHeader(refusal.rawHeaders, MISMATCH_HEADER))
    return mismatch === undefined ? withoutAdded(plainer, outcome, text) : heal?.(mismatch)
  }
}

function healing(deps: Pick<CompressDeps, 'blockCache'>, outgoing: Asked, outcome: SecondOutcome): Heal {
  return (mismatch) => otherForm(deps, { outgoing, outcome, mismatch })
}

/** Our marks stay where the provider names our question. There is one more attempt, so all else that is ours goes at once. */
function withoutAdded({ unmarked, unasked }: Plainer, outcome: SecondOutcome, text: string): Uint8Array | undefined {
  if (unmarked === undefined && unasked === undefined) return undefined
  const isQuestion = unasked !== undefined && (unmarked === undefined || QUESTION.test(text))
  outcome.reason = isQuestion ? 'usage' : 'marks'
  if (unasked !== undefined) outcome.question = 'left out'
  return isQuestion ? unasked : unmarked?.()
}

async function textOf({ rawHeaders, body }: Refusal): Promise<string> {
  const content = await decode(body, rawHeaderList(rawHeaders, 'content-encoding'), MAX_ERROR_BYTES)
  return content === undefined ? '' : Buffer.from(content).toString()
}

function otherForm(
  { blockCache }: Pick<CompressDeps, 'blockCache'>,
  { outgoing, outcome, mismatch }: { outgoing: Asked; outcome: SecondOutcome; mismatch: PrefixMismatch },
): Uint8Array | undefined {
  const { request, mark, ask } = outgoing
  const forms = request?.conversation?.other(mismatch.path)
  if (request === undefined || forms === undefined) return undefined
  const { read, settings, counter } = request
  const { body: other, report } = compressRequest(read, settings, counter, { cache: blockCache, forms })
  const marked = mark === undefined ? other : mark(other)
  const body = ask === undefined ? marked : ask(marked)
  // No result has another form: the same bytes would be refused again.
  if (outgoing.body instanceof Uint8Array && Buffer.compare(body, outgoing.body) === 0) return undefined
  outcome.reason = 'form'
  outcome.healing = forms
  outcome.report = report
  return body
}

/**
 * Remembers how the second attempt ended. The first form was wrong: the other one is kept unless it was refused as well,
 * also where the provider was busy or the caller has left.
 * @param replyStatus of the provider, whatever the caller saw of it
 */
export function settleSecond(
  { pinStore, failedHeals }: Pick<CompressDeps, 'pinStore' | 'failedHeals'>,
  { healing }: SecondOutcome,
  replyStatus: number | undefined,
): void {
  if (healing === undefined) return
  if (replyStatus === 400) failedHeals.add(healing.id)
  else pinStore.remember(healing.sent())
}

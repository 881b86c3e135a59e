/**
 * One more attempt after a refusal of what we did to a request: without our marks, or with the other form of results
 * whose form was not known (provider-contracts PC-3). Every other refusal is the caller's.
 */

import { compressRequest, type Report } from '../../src/core/compress/index.ts'
import { type Conversation, type PrefixMismatch, prefixMismatchOf } from '../../src/core/pins/index.ts'
import type { Refusal, SecondBody } from '../upstream/index.ts'
import { decode } from '../wire/content-encoding.ts'
import { rawHeader } from '../wire/headers.ts'
import type { CompressDeps } from './compress.ts'
import type { Marked } from './mark-cache.ts'

export interface SecondAttempt {
  /** Undefined where no refusal can be ours. It holds the request's bytes, so it must not outlive the reply's head. */
  readonly again: SecondBody | undefined
  /** What became of it, known once the reply has begun. */
  readonly outcome: SecondOutcome
}

export interface SecondOutcome {
  /** Why the request was sent again. marks: without ours; form: with the other form of some results. */
  reason: 'marks' | 'form' | undefined
  /** Of the request that was sent last. */
  report: Report | undefined
  /** The forms to remember if the second attempt is accepted. */
  healing: Conversation | undefined
}

const MAX_ERROR_BYTES = 256 * 1024

const MISMATCH_HEADER = 'anthropic-thinking-prefix-mismatch'

export function secondAttempt(deps: Pick<CompressDeps, 'blockCache'>, outgoing: Marked): SecondAttempt {
  const { unmarked, request, report } = outgoing
  const outcome: SecondOutcome = { reason: undefined, report, healing: undefined }
  if (unmarked === undefined && request?.isHealable !== true) return { again: undefined, outcome }
  const again = async (refusal: Refusal): Promise<Uint8Array | undefined> => {
    const mismatch = await mismatchOf(refusal)
    if (mismatch !== undefined) return otherForm(deps, { outgoing, outcome, mismatch })
    if (unmarked !== undefined) outcome.reason = 'marks'
    return unmarked
  }
  return { again, outcome }
}

async function mismatchOf({ status, rawHeaders, body }: Refusal): Promise<PrefixMismatch | undefined> {
  const content = await decode(body, rawHeader(rawHeaders, 'content-encoding'), MAX_ERROR_BYTES)
  const text = content === undefined ? '' : Buffer.from(content).toString()
  return prefixMismatchOf(status, text, rawHeader(rawHeaders, MISMATCH_HEADER))
}

function otherForm(
  { blockCache }: Pick<CompressDeps, 'blockCache'>,
  { outgoing, outcome, mismatch }: { outgoing: Marked; outcome: SecondOutcome; mismatch: PrefixMismatch },
): Uint8Array | undefined {
  const { request, mark } = outgoing
  const forms = request?.isHealable === true ? request.conversation?.other(mismatch.path) : undefined
  if (request === undefined || forms === undefined) return undefined
  const { read, settings, counter } = request
  const { body, report } = compressRequest(read, settings, counter, { cache: blockCache, forms })
  outcome.reason = 'form'
  outcome.healing = forms
  outcome.report = report
  return mark === undefined ? body : mark(body)
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

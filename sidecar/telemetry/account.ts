/**
 * The account of one call, computed once when it has ended: outcome, price, billed or not, and the figures it counts for.
 * Span, metric, log line, reply header, page and prefix check read it; none of them derives a figure again.
 */

import {
  callCost,
  type Rates,
  ratesOf,
  type Tariff,
  type Term,
  tariffOf,
  type Worth,
  weighSavings,
} from '../../src/core/billing/index.ts'
import type { Outcome, Report } from '../../src/core/compress/index.ts'
import type { Door, ReplyFacts, RequestParameters, Usage } from '../../src/core/dialect/index.ts'
import type { ErrorCode } from '../../src/core/errors.ts'
import type { Server } from '../../src/core/model/index.ts'

/** The outcome of a call that we answered ourselves: no request was sent. */
export const REFUSED: Outcome = 'blocked'

export interface Account {
  readonly outcome: Outcome
  /** The call failed here or upstream. */
  readonly isFailed: boolean
  /** Our error code, else the provider's error type, else the status; undefined when the call did not fail. */
  readonly errorType: string | undefined
  /** The provider charges for the call. */
  readonly isBilled: boolean
  /** Tokens as the provider billed them. */
  readonly usage: Usage | undefined
  /** List prices of the call's tokens, where its server asks for them and no other model took a part. */
  readonly rates: Rates | undefined
  /** A term of the call without a known price: then the call has none. */
  readonly unknownTerm: Term | undefined
  /** List price of the call; undefined where usage or prices are unknown. */
  readonly costUsd: number | undefined
  /** The figures that the call counts for; undefined for a call that is not billed or has no report. */
  readonly effective: Effective | undefined
}

export interface Effective {
  readonly tokens: EffectiveTokens | undefined
  /** Bytes of the request body as received and as sent. */
  readonly bytes: { readonly original: number; readonly sent: number }
  /** Worth of the saved tokens; for outcome `audit`, of those that would have been saved. */
  readonly worth: Worth
}

export interface EffectiveTokens {
  readonly original: number
  /** Tokens that went over the wire. */
  readonly sent: number
  readonly saved: number
  /** Tokens that a policy in Audit mode would have saved; never part of `saved`. */
  readonly audited: number
  readonly accuracy: string
}

/** An ended call. */
export interface EndedCall {
  readonly provider: Server | undefined
  /** Set for a call that counts or compacts its history. */
  readonly door?: Door | undefined
  /** Parameters of the request; undefined when it was not read. */
  readonly parameters: RequestParameters | undefined
  readonly report: Report | undefined
  readonly reply: ReplyFacts
  /** Status that the caller saw. */
  readonly status: number
  /** Status that the provider answered; undefined when no reply of its own reached the caller. */
  readonly replyStatus: number | undefined
  readonly error: ErrorCode | undefined
  /** The caller received a part of the reply's body. */
  readonly hasReplyBytes: boolean
  /** Set where we answered with an error, and no provider has seen the request. */
  readonly isRefused?: boolean
  readonly at: Date
}

export function accountOf(call: EndedCall): Account {
  const { report, reply, status, error } = call
  const errorType = error ?? reply.error ?? (status >= 400 ? String(status) : undefined)
  const isBilled = isBilledCall(call)
  const tariff = reply.hasOtherModels ? undefined : tariffOfCall(call)
  const rates = tariff && ratesOf(tariff, reply.usage ?? {})
  return {
    outcome: call.isRefused ? REFUSED : outcomeOf(report),
    isFailed: errorType !== undefined,
    errorType,
    isBilled,
    usage: reply.usage,
    rates,
    unknownTerm: tariff?.unknownTerm,
    costUsd: isBilled ? callCost(reply.usage, rates) : undefined,
    effective: report && isBilled ? effectiveOf(report, weighSavings(report, reply.usage, tariff)) : undefined,
  }
}

function tariffOfCall({ provider, reply, report, parameters = {}, at }: EndedCall): Tariff | undefined {
  return tariffOf({ server: provider, models: [reply.model, report?.model], terms: [reply, parameters], at })
}

/** If the body was not read, the request was sent unchanged, or not at all. */
export function outcomeOf(report: Pick<Report, 'outcome'> | undefined): Outcome {
  return report?.outcome ?? 'passthrough'
}

/** @returns tokens as they went over the wire: with outcome `audit` the request was sent unchanged */
export function effectiveTokens({ tokens, outcome }: Pick<Report, 'tokens' | 'outcome'>): EffectiveTokens | undefined {
  if (tokens === undefined) return undefined
  const { original, accuracy } = tokens
  if (outcome === 'compressed') return { original, sent: tokens.sent, saved: tokens.saved, audited: 0, accuracy }
  return { original, sent: original, saved: 0, audited: outcome === 'audit' ? tokens.saved : 0, accuracy }
}

function effectiveOf(report: Report, worth: Worth): Effective {
  const { outcome, bytes } = report
  return {
    tokens: effectiveTokens(report),
    bytes: { original: bytes.original, sent: outcome === 'compressed' ? bytes.sent : bytes.original },
    worth,
  }
}

/**
 * A provider charges for a reply of success that has usage, or at least a part of a body without an error in it. A caller
 * that leaves during the reply has been answered. Counting tokens is free.
 */
function isBilledCall({ door, replyStatus, reply, hasReplyBytes }: EndedCall): boolean {
  if (door === 'count' || replyStatus === undefined || !isSuccess(replyStatus)) return false
  return reply.usage !== undefined || (hasReplyBytes && reply.error === undefined)
}

/** The provider may charge for a reply of this status. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

/** A finished call as its session's account takes it. */

import { callCost, pricesOf } from '../../../src/core/billing/index.ts'
import type { SessionCall } from '../../session/index.ts'
import type { CallSummary } from '../call-summary.ts'
import { isBilled, outcomeOf, settled } from '../settled.ts'

/** @returns undefined for a call whose body was not understood: it is of no session */
export function sessionCallOf(summary: CallSummary): SessionCall | undefined {
  const { request, report, reply, policy, provider } = summary
  if (request === undefined) return undefined
  const tokens = report?.tokens
  return {
    session: request.session,
    group: request.group,
    revision: policy.revision,
    isAnswered: isBilled(summary),
    failedResults: request.failedResults ?? [],
    tokens: tokens && { original: tokens.original, sent: settled(tokens, outcomeOf(summary)).sent },
    costUsd: callCost(reply.usage, pricesOf(provider, [reply.model, request.model])),
    finishReasons: reply.finishReasons ?? [],
  }
}

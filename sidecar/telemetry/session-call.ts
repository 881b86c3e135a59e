/** A finished call as its session's account takes it. */

import { resolveModel } from '../../src/core/model/index.ts'
import type { SessionCall } from '../session/index.ts'
import { callCost } from './call-cost.ts'
import type { CallSummary } from './call-summary.ts'
import { isBilled, outcomeOf, settled } from './settled.ts'

/** @returns undefined for a call whose body was not understood: it is of no session */
export function sessionCallOf(summary: CallSummary): SessionCall | undefined {
  const { request, report, reply, policy } = summary
  if (request === undefined) return undefined
  const tokens = report?.tokens
  const card = request.model === undefined ? undefined : resolveModel(request.model)
  return {
    session: request.session,
    group: request.group,
    revision: policy.revision,
    isAnswered: isBilled(summary),
    failedResults: request.failedResults ?? [],
    tokens: tokens && { original: tokens.original, sent: settled(tokens, outcomeOf(summary)).sent },
    costUsd: callCost(reply.usage, card?.prices),
    finishReasons: reply.finishReasons ?? [],
  }
}

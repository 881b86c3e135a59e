/** One line per call: what was asked, what became of it, and what it cost; never content or a header. */

import type { Logger } from 'pino'
import { withoutQuery } from '../log.ts'
import type { CallSummary } from './call-summary.ts'
import { outcomeOf, settled } from './settled.ts'

/**
 * LLM calls at info, others at debug.
 * @param request as it arrived; the query is not told
 */
export function logCall(log: Logger, request: { method: string; url: string }, summary: CallSummary): void {
  const isLlmCall = summary.dialect !== undefined
  if (!log.isLevelEnabled(isLlmCall ? 'info' : 'debug')) return
  const outcome = outcomeOf(summary)
  const tokens = summary.report?.tokens
  const line = {
    method: request.method,
    path: withoutQuery(request.url),
    provider: summary.provider?.name,
    status: summary.status,
    outcome,
    tokens_saved: tokens && settled(tokens, outcome).saved,
    cache: summary.cache?.action,
    cache_reason: summary.cache?.reason,
    prefix_broken_at: summary.prefix?.at,
    ms: Math.round(summary.durationMs * 10) / 10,
    added_ms: Math.round(summary.addedMs * 1000) / 1000,
    error: summary.error ?? summary.reply.error,
  }
  if (isLlmCall) log.info(line, 'call')
  else log.debug(line, 'other call')
}

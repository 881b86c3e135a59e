/** One line per call: request, outcome and cost; never content or a header. */

import type { Logger } from 'pino'
import type { CallSummary } from './call-summary.ts'

/**
 * Writes LLM calls, and calls that ended with an error of ours, at info; others at debug. Signed ones are at info as well:
 * most are prompts to an API that is not read, and whoever asks why nothing is saved looks here.
 */
export function logCall(log: Logger, summary: CallSummary): void {
  const isLlmCall = summary.dialect !== undefined
  const isTold = isLlmCall || summary.error !== undefined || summary.passthrough === 'signed'
  const level = isTold ? 'info' : 'debug'
  if (!log.isLevelEnabled(level)) return
  const { account } = summary
  const line = {
    call: summary.id,
    trace_id: summary.traceId,
    method: summary.method,
    path: summary.path,
    provider: summary.provider?.name,
    routed_by: summary.routedBy,
    status: summary.status,
    outcome: account.outcome,
    passthrough_reason: summary.passthrough,
    tokens_saved: account.effective?.tokens?.saved,
    cache: summary.cache?.action,
    cache_reason: summary.cache?.reason,
    prefix_broken_at: summary.prefix?.at,
    cache_miss: summary.reply.cacheMiss?.reason,
    input_transformations: summary.reply.transformations?.length || undefined,
    thinking_mismatch: summary.mismatchPattern,
    forms_unknown: summary.request?.unknownForms || undefined,
    sent_again: summary.second,
    stream_end: summary.streamEnd,
    ms: Math.round(summary.durationMs * 10) / 10,
    added_ms: Math.round(summary.addedMs * 1000) / 1000,
    error: summary.error ?? summary.reply.error,
    problem: summary.refusal,
  }
  log[level](line, isLlmCall ? 'call' : 'other call')
}

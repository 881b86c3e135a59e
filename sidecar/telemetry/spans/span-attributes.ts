/** A finished call as span attributes: names and meanings in attributes.ts, unknown figures absent. */

import type { Attributes } from '@opentelemetry/api'
import type { Report } from '../../../src/core/compress/index.ts'
import { type Dialect, type ReplyFacts, telemetryNameOf } from '../../../src/core/dialect/index.ts'
import type { Effective, EffectiveTokens } from '../account.ts'
import type { SpanAttributes } from '../attributes.ts'
import type { CallSummary, RequestSummary } from '../call-summary.ts'

const MAX_STOP_SEQUENCES = 16

/** Members that are undefined are dropped by the span. */
export function spanAttributes(summary: CallSummary, dialect: Dialect): Attributes {
  const { account, report } = summary
  const attributes: SpanAttributes = {
    'gen_ai.operation.name': dialect.operation,
    'gen_ai.provider.name': summary.provider && telemetryNameOf(summary.provider.name),
    'openai.api.type': dialect.openaiApiType,
    'server.address': summary.provider?.host,
    'server.port': summary.provider?.port,
    'error.type': account.errorType,
    'http.response.status_code': summary.status,
    'm2m.policy.name': summary.policy.name,
    'm2m.policy.revision': summary.policy.revision,
    'm2m.outcome': account.outcome,
    'm2m.passthrough.reason': summary.passthrough,
    'm2m.cache.action': summary.cache?.action,
    'm2m.prefix.broken_at': summary.prefix?.at,
    'm2m.prefix.lost_tokens': summary.prefix?.lostTokens,
    'm2m.cache.miss_reason': summary.reply.cacheMiss?.reason,
    'm2m.cache.missed_tokens': summary.reply.cacheMiss?.tokens,
    'm2m.input_transformations': summary.reply.transformations?.length,
    'm2m.thinking.mismatch': summary.mismatchPattern,
    'm2m.stream.end': summary.streamEnd,
    'm2m.added_latency_ms': summary.addedMs,
    'm2m.codec': 'identity',
    'm2m.upstream.name': summary.provider?.name,
    'm2m.attempt.number': summary.attempts,
  }
  return Object.assign(
    attributes,
    summary.request && requestAttributes(summary.request),
    replyAttributes(summary.reply),
    streamAttributes(summary),
    report && engineAttributes(report),
    report && account.effective && savingAttributes(account.effective, report),
  )
}

function requestAttributes(request: RequestSummary): SpanAttributes {
  const { parameters } = request
  return {
    'gen_ai.conversation.id': request.session,
    'gen_ai.request.model': request.model,
    'gen_ai.request.stream': request.isStream || undefined,
    'gen_ai.request.choice.count': parameters.choiceCount === 1 ? undefined : parameters.choiceCount,
    'gen_ai.request.seed': parameters.seed,
    'gen_ai.request.max_tokens': parameters.maxTokens,
    'gen_ai.request.temperature': parameters.temperature,
    'gen_ai.request.top_p': parameters.topP,
    'gen_ai.request.top_k': parameters.topK,
    'gen_ai.request.frequency_penalty': parameters.frequencyPenalty,
    'gen_ai.request.presence_penalty': parameters.presencePenalty,
    'gen_ai.request.stop_sequences': parameters.stopSequences?.slice(0, MAX_STOP_SEQUENCES),
  }
}

function replyAttributes(reply: ReplyFacts): SpanAttributes {
  return {
    'gen_ai.response.id': reply.id,
    'gen_ai.response.model': reply.model,
    'gen_ai.response.finish_reasons': reply.finishReasons?.slice(),
    'gen_ai.usage.input_tokens': reply.usage?.input,
    'gen_ai.usage.output_tokens': reply.usage?.output,
    'gen_ai.usage.cache_read.input_tokens': reply.usage?.cacheRead,
    'gen_ai.usage.cache_creation.input_tokens': reply.usage?.cacheCreation,
    'gen_ai.usage.reasoning.output_tokens': reply.usage?.reasoning,
  }
}

function streamAttributes(summary: CallSummary): SpanAttributes {
  if (!summary.request?.isStream || summary.firstChunkMs === undefined) return {}
  return { 'gen_ai.response.time_to_first_chunk': summary.firstChunkMs / 1000 }
}

/** The engine's work, whether or not the call is billed. */
function engineAttributes({ profile, blocks, ms }: Report): SpanAttributes {
  return {
    'm2m.profile': profile,
    'm2m.blocks.seen': blocks.seen,
    'm2m.blocks.changed': blocks.changed,
    'm2m.blocks.refused': blocks.refused,
    'm2m.blocks.failopen': blocks.failopen,
    'm2m.transform.duration_ms': ms,
  }
}

function savingAttributes({ bytes, tokens, worth }: Effective, { outcome, techniques }: Report): SpanAttributes {
  const attributes: SpanAttributes = {
    'm2m.bytes.original': bytes.original,
    'm2m.bytes.sent': bytes.sent,
    'm2m.bytes.saved': bytes.original - bytes.sent,
    'm2m.tokens.saved_weighted': worth.tokens,
    'm2m.cost.saved_usd': outcome === 'audit' ? undefined : worth.usd,
  }
  for (const [name, did] of Object.entries(techniques)) {
    attributes[`m2m.technique.${name}.saved_tokens`] = did.savedTokens
  }
  return Object.assign(attributes, tokens && tokenAttributes(tokens))
}

function tokenAttributes({ original, sent, saved, audited, accuracy }: EffectiveTokens): SpanAttributes {
  return {
    'm2m.tokens.original': original,
    'm2m.tokens.sent': sent,
    'm2m.tokens.saved': saved + audited,
    'm2m.tokens.saved_ratio': original === 0 ? undefined : (saved + audited) / original,
    'm2m.tokens.accuracy': accuracy,
  }
}

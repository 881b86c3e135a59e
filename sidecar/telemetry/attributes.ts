/**
 * Every span attribute by name, with its meaning: the reference page is generated from this table. `gen_ai.*` are names
 * of OpenTelemetry's semantic conventions v1.41 (docs/reference/telemetry.md); `m2m.*` are ours. None carries content.
 */

import type { AttributeValue } from '@opentelemetry/api'

export const SPAN_ATTRIBUTES = {
  'gen_ai.operation.name': 'chat or text_completion',
  'gen_ai.provider.name':
    "the provider that serves the model, by the convention's name where it has one, else by the policy's",
  'gen_ai.conversation.id': "a hash that is the same for every call of a session; never the client's own key",
  'gen_ai.request.model': 'the requested model',
  'gen_ai.request.stream': 'true when a stream was requested, else absent',
  'gen_ai.request.choice.count': 'the number of requested choices, when not 1',
  'gen_ai.request.seed': 'as the client set it',
  'gen_ai.request.max_tokens': 'as the client set it',
  'gen_ai.request.temperature': 'as the client set it',
  'gen_ai.request.top_p': 'as the client set it',
  'gen_ai.request.top_k': 'as the client set it',
  'gen_ai.request.frequency_penalty': 'as the client set it',
  'gen_ai.request.presence_penalty': 'as the client set it',
  'gen_ai.request.stop_sequences': 'as the client set them, the first 16',
  'gen_ai.response.id': "the reply's identifier",
  'gen_ai.response.model': 'the model that answered',
  'gen_ai.response.finish_reasons': 'the reasons why the model stopped, one per choice',
  'gen_ai.response.time_to_first_chunk': "seconds until a stream's first chunk",
  'gen_ai.usage.input_tokens': 'billed input tokens, cached ones included',
  'gen_ai.usage.output_tokens': 'billed output tokens, reasoning included',
  'gen_ai.usage.cache_read.input_tokens': "input tokens read from the provider's prompt cache",
  'gen_ai.usage.cache_creation.input_tokens': "input tokens written to the provider's prompt cache",
  'gen_ai.usage.reasoning.output_tokens': 'output tokens spent on reasoning',
  'openai.api.type': 'chat_completions or responses, for OpenAI',
  'server.address': "the provider's host",
  'server.port': "the provider's port",
  'error.type': "our error code, else the provider's error type, else the status; absent on success",
  'http.response.status_code': 'the status the caller saw; 499 when it went away first',
  'm2m.policy.name': 'the policy in force',
  'm2m.policy.revision': 'changes exactly when bytes on the wire may change',
  'm2m.outcome': 'compressed, passthrough, audit, holdout, failopen or blocked: refused before a request was sent',
  'm2m.passthrough.reason':
    'why the outcome is passthrough: signed, bypass, subscription, size, memory, unread, disabled, short or no_gain',
  'm2m.profile': 'Safe, Balanced or Aggressive',
  'm2m.tokens.original': 'tokens of the request as received; of a billed call, as all `m2m.tokens.*`',
  'm2m.tokens.sent': 'tokens of the request as sent',
  'm2m.tokens.saved': 'tokens saved; with outcome audit, tokens that would have been saved',
  'm2m.tokens.saved_ratio': 'saved / original',
  'm2m.tokens.saved_weighted':
    'tokens saved, each weighed by the price that its provider would have billed: less inside a cached prefix, more where a cache is written; absent where the cache split or the price is not known',
  'm2m.tokens.accuracy': 'exact, approx or heuristic',
  'm2m.cost.saved_usd':
    "USD saved at the maker's list prices; absent where the price is not known, and with outcome audit",
  'm2m.bytes.original': 'bytes of the request body as received, decoded; of a billed call',
  'm2m.bytes.sent': 'bytes of the request body as sent; of a billed call',
  'm2m.bytes.saved': 'original - sent',
  'm2m.blocks.seen': 'blocks that were eligible and large enough',
  'm2m.blocks.changed': 'blocks that were encoded in fewer tokens',
  'm2m.blocks.refused': 'blocks whose candidate was not smaller, or did not verify',
  'm2m.blocks.failopen': 'blocks left unchanged because a technique failed',
  'm2m.transform.duration_ms': 'milliseconds spent on compression',
  'm2m.cache.action':
    "kept: the client's own marks; marked: ours; audit: marks that would have been set; none: nothing to mark; absent when off",
  'm2m.prefix.broken_at':
    "the place where the request breaks its session's prompt-cache prefix: system, tools[3], messages[4]; else absent",
  'm2m.prefix.lost_tokens': 'tokens that could have been read from the cache without the break; an estimate',
  'm2m.cache.miss_reason': "the provider's own reason why its prompt cache was not read; absent unless it says one",
  'm2m.cache.missed_tokens': 'tokens that the cache would have held, as the provider says',
  'm2m.input_transformations':
    'entries of `input_transformations` in the reply: reasoning that did not fit the request',
  'm2m.thinking.mismatch': 'the pattern of `anthropic-thinking-prefix-mismatch`, or other; absent without that header',
  'm2m.stream.end':
    'how a streamed reply ended: finished, unfinished, error, truncated or aborted; absent for any other reply',
  'm2m.added_latency_ms': 'milliseconds added by the sidecar: all but waiting for the upstream and the caller',
  'm2m.codec': 'identity: the wire encoding between M2M endpoints',
  'm2m.upstream.name': "the provider's name in the policy",
  'm2m.attempt.number': 'the number of times the request was sent',
} as const

export type SpanAttributeName = keyof typeof SPAN_ATTRIBUTES | `m2m.technique.${string}.saved_tokens`

export type SpanAttributes = Partial<Record<SpanAttributeName, AttributeValue | undefined>>

/** How each provider says no: the body of an error reply, and the event that ends a broken stream. */

import type { Dialect, ProviderDialect } from './dialect.ts'

export interface Problem {
  /** The HTTP status of the reply; for a stream, the one it would have had. */
  readonly status: number
  /** Stable, for programs: `UPSTREAM_CLOSED`. Stands in OpenAI's envelope only; the others have no place for it. */
  readonly code: string
  /** For people. Never request content. */
  readonly message: string
}

const OPENAI_TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
  500: 'server_error',
  503: 'server_error',
}

/** As in Anthropic's error reference: each type has its status. */
const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

/** @returns JSON text of the provider's error envelope */
export function errorReply(provider: ProviderDialect, problem: Problem): string {
  return JSON.stringify(envelope(provider, problem))
}

/**
 * What to write into a stream that broke after whole events: the provider's own error event, with nothing after it
 * (no `[DONE]`, no `message_stop`).
 */
export function errorEvent(dialect: Dialect, problem: Problem): string {
  if (dialect.stream === 'ndjson') return `${errorReply(dialect.provider, problem)}\n`
  if (dialect.name === 'openai-chat') return `data: ${errorReply('openai', problem)}\n\n`
  if (dialect.provider === 'anthropic') return `event: error\ndata: ${errorReply('anthropic', problem)}\n\n`
  const { code, message } = problem
  // Clients require a sequence number; the upstream's last one is not known here.
  const event = { type: 'error', code, message, param: null, sequence_number: 0 }
  return `event: error\ndata: ${JSON.stringify(event)}\n\n`
}

function envelope(provider: ProviderDialect, { status, code, message }: Problem): object {
  if (provider === 'ollama') return { error: message }
  if (provider === 'anthropic') return { type: 'error', error: { type: anthropicType(status), message } }
  return { error: { message, type: openaiType(status), param: null, code } }
}

function openaiType(status: number): string {
  return OPENAI_TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'upstream_error')
}

function anthropicType(status: number): string {
  return ANTHROPIC_TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error')
}

/** OpenAI's error envelope, shared by all its endpoints. */

import type { MockError } from './dialect.ts'

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
}

export function openaiError(error: MockError): { error: Record<string, unknown> } {
  const type = error.type ?? TYPES[error.status] ?? (error.status >= 500 ? 'server_error' : 'invalid_request_error')
  return { error: { message: error.message, type, param: null, code: null } }
}

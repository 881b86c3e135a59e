/** Refusals in the words of Anthropic's API. */

import { Refusal } from '../server.ts'

interface Problem {
  readonly status?: number
  readonly type?: string
  readonly code?: string
}

/** @param problem default: 400 `invalid_request_error`; `code` is that of `error.details` */
export function refuse(message: string, { status = 400, type, code }: Problem = {}): Refusal {
  const error = { type: type ?? 'invalid_request_error', message, ...(code && { details: { error_code: code } }) }
  return new Refusal({ status, json: { type: 'error', error, request_id: 'req_stand_in' } })
}

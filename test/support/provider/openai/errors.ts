/** Refusals in the words of OpenAI's API. */

import { Refusal } from '../server.ts'

export function refuse(message: string, code: string, param: string): Refusal {
  return new Refusal({ status: 400, json: { error: { message, type: 'invalid_request_error', param, code } } })
}

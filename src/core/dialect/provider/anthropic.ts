/** Anthropic's API. */

import type { Problem, ProviderApi } from './provider-api.ts'

export const anthropic: ProviderApi = {
  root: '/v1',
  isRootFixed: true,
  baseRoot: /\/v1$/,
  baseCall: /\/messages(?:\/count_tokens)?$/,
  resources: new Set(['messages']),
  paths: ['/v1/messages'],
  credentialHeaders: ['x-api-key', 'authorization'],
  hosts: { anthropic: { url: 'https://api.anthropic.com', telemetryName: 'anthropic' } },
  unknownModel: 'anthropic',
  // Other hosts refuse the member at the top.
  promptCache: { maker: { anthropic: 'anthropic-automatic' }, others: { anthropic: 'anthropic-explicit' } },
  errorBody: ({ status, message }: Problem) => ({ type: 'error', error: { type: errorType(status), message } }),
}

/** As in Anthropic's error reference: each type has its status. */
const ERROR_TYPES: Readonly<Record<number, string>> = {
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

function errorType(status: number): string {
  return ERROR_TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error')
}

/** OpenAI's API, and the many servers that are compatible with it. */

import type { Problem, ProviderApi } from './provider-api.ts'

export const openai: ProviderApi = {
  root: '/v1',
  isRootFixed: false,
  // Compatible servers version it freely: `/v1`, `/openai/v1`, `/api/paas/v4`, `/v1beta/openai`. Azure has `/openai`,
  // `/openai/deployments/d` and `/models`.
  baseRoot: /(?:\/openai)?\/v\d+[a-z0-9]*(?:\/openai)?$|\/openai(?:\/deployments\/[^/]+)?$|\/models$/,
  baseCall:
    /\/(?:chat\/completions|completions|responses|embeddings)$|(?<=\/v\d+[a-z0-9]*(?:\/openai)?)\/(?:models|messages)$/,
  resources: new Set(
    (
      'assistants audio batches chat completions containers conversations embeddings evals files fine_tuning images ' +
      'models moderations realtime responses threads uploads vector_stores videos'
    ).split(' '),
  ),
  paths: ['/v1'],
  credentialHeaders: ['authorization'],
  hosts: {
    openai: { url: 'https://api.openai.com/v1', telemetryName: 'openai' },
    google: { url: 'https://generativelanguage.googleapis.com/v1beta/openai', telemetryName: 'gcp.gemini' },
    groq: { url: 'https://api.groq.com/openai/v1', telemetryName: 'groq' },
    bedrock: {
      url: 'https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1',
      telemetryName: 'aws.bedrock',
    },
  },
  unknownModel: 'otherwise',
  // Compatible servers refuse the key and the breakpoints.
  promptCache: {
    maker: { 'openai-implicit': 'openai-implicit', 'openai-breakpoint': 'openai-breakpoint' },
    others: {},
  },
  errorBody: ({ status, code, message }: Problem) => ({
    error: { message, type: errorType(status), param: null, code },
  }),
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
  500: 'server_error',
  503: 'server_error',
}

function errorType(status: number): string {
  return ERROR_TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'upstream_error')
}

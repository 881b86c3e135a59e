/** Ollama's own API. Its OpenAI-compatible one is served as OpenAI's. */

import type { ProviderApi } from './provider-api.ts'

export const ollama: ProviderApi = {
  root: '/api',
  isRootFixed: true,
  baseRoot: /\/(?:api|v1)$/,
  // The second are of OpenAI's and Anthropic's APIs, which it serves as well.
  baseCall:
    /(?<=\/api)\/(?:chat|generate|tags)$|(?<=\/v1)\/(?:chat\/completions|completions|responses|embeddings|messages)$/,
  resources: new Set(),
  // Its API reference, and no other: `/api/...` is the beginning of many APIs.
  paths: 'blobs chat copy create delete embed embeddings generate ps pull push show tags version'
    .split(' ')
    .map((name) => `/api/${name}`),
  credentialHeaders: ['authorization'],
  hosts: { ollama: { url: 'http://127.0.0.1:11434', telemetryName: 'ollama' } },
  unknownModel: 'otherwise',
  promptCache: { maker: {}, others: {} },
  errorBody: ({ message }) => ({ error: message }),
}

/** Ollama's own API. Its OpenAI-compatible one is served as OpenAI's. */

import type { ProviderApi } from './provider-api.ts'

export const ollama: ProviderApi = {
  root: '/api',
  isRootFixed: true,
  baseRoot: /\/(?:api|v1)$/,
  baseCall: /(?<=\/api)\/(?:chat|generate|tags)$/,
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

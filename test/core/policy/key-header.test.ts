import { expect, test } from 'vitest'
import { compilePolicy, keyHeader } from '../../../src/core/policy/index.ts'

const EDITION = { name: 'p', engineVersion: 'test' }

function headerOf(provider: object, path: string, key: string): string {
  const { providers } = compilePolicy({ providers: [provider] } as never, EDITION)
  const { name, value } = keyHeader(providers[0] as never, path, key)
  return `${name}: ${value}`
}

test.each([
  ['OpenAI', { name: 'openai' }, '/v1/chat/completions', 'sk-1', 'authorization: Bearer sk-1'],
  ['Anthropic', { name: 'anthropic' }, '/v1/messages', 'sk-ant-api03-1', 'x-api-key: sk-ant-api03-1'],
  [
    'Anthropic, a token',
    { name: 'anthropic' },
    '/v1/messages',
    'sk-ant-oat01-1',
    'authorization: Bearer sk-ant-oat01-1',
  ],
  [
    'a gateway of its API',
    { name: 'gw', dialect: 'anthropic', baseURL: 'https://gw.example' },
    '/v1/messages',
    'k',
    'x-api-key: k',
  ],
  [
    'Azure, by its host',
    { name: 'ours', baseURL: 'https://r.openai.azure.com' },
    '/openai/deployments/d/chat/completions',
    'k',
    'api-key: k',
  ],
  [
    'Google, OpenAI’s form',
    { name: 'google' },
    '/v1beta/openai/chat/completions',
    'AIza1',
    'authorization: Bearer AIza1',
  ],
  ['Google’s own', { name: 'google' }, '/v1beta/models/g:generateContent', 'AIza1', 'x-goog-api-key: AIza1'],
  [
    'Google’s own, a token',
    { name: 'google' },
    '/v1beta/models/g:generateContent',
    'ya29.1',
    'authorization: Bearer ya29.1',
  ],
  ['any other', { name: 'vllm', baseURL: 'https://v.example' }, '/v1/chat/completions', 'k', 'authorization: Bearer k'],
])('%s takes a key of the sidecar in its own header', (...[, provider, path, key, header]) => {
  expect(headerOf(provider, path, key)).toBe(header)
})

test.each([
  [
    { mode: 'SecretRef', secretKeyRef: { name: 's', key: 'k' } },
    { from: 'File', path: '/var/run/secrets/m2m.io/keys/groq' },
  ],
  [
    { mode: 'File', path: '/k' },
    { from: 'File', path: '/k' },
  ],
  [
    { mode: 'Env', env: 'K' },
    { from: 'Env', name: 'K' },
  ],
  [{ mode: 'Passthrough' }, undefined],
  [undefined, undefined],
])('credentials %j', (credentials, source) => {
  const spec = { providers: [{ name: 'groq', ...(credentials && { credentials }) }] }
  expect(compilePolicy(spec as never, EDITION).providers[0]?.key).toEqual(source)
})

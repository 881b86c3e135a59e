/** The path at the provider: what is joined, repaired and brought under another root, and what is not. */

import { describe, expect, test } from 'vitest'
import { builtIn, policyWith, routed, sendTo, urlOf } from './routing.ts'

describe('a call that we read stands where the base URL says that the API is', () => {
  const bases = [
    ['http://h', '/v1'],
    ['http://h/', '/v1'],
    ['http://h/v1', '/v1'],
    ['http://h/v1/', '/v1'],
    ['http://h//v1//', '/v1'],
    ['http://h/openai/v1', '/openai/v1'],
    ['http://h/v1/chat/completions', '/v1'],
    ['http://h/openai/v1/chat/completions/', '/openai/v1'],
    ['http://h/v1/responses', '/v1'],
    ['http://h/v1/models', '/v1'],
    ['http://h/v1/messages', '/v1'],
    ['http://h/v1beta/openai', '/v1beta/openai'],
    ['http://h/api/paas/v4', '/api/paas/v4'],
    ['http://h:8080/team-a/v1', '/team-a/v1'],
    // No version: as every SDK takes it.
    ['http://h/team-a', '/team-a'],
    ['http://h/inference', '/inference'],
    ['http://h/beta', '/beta'],
    ['http://h/beta/completions', '/beta'],
    ['http://h/v1/acct/gw/openai', '/v1/acct/gw/openai'],
    ['http://h/chat/completions', ''],
    ['https://models.github.ai/inference', '/inference'],
    ['https://models.github.ai/inference/chat/completions', '/inference'],
    // Bare hosts of APIs that are not under `/v1`.
    ['https://api.deepseek.com', ''],
    ['https://api.deepseek.com/v1', '/v1'],
    ['https://api.perplexity.ai', ''],
    ['https://api.groq.com', '/openai/v1'],
    ['https://x.openai.azure.com', '/openai/v1'],
  ] as const
  const targets = [
    '/v1/chat/completions',
    '//v1/chat/completions',
    '/v1//chat/completions',
    '/v1/v1/chat/completions',
    '/v1/v1/v1/chat/completions',
    '/v1/chat/completions/',
    '/chat/completions',
    '/openai/v1/chat/completions',
    '//openai//v1/chat/completions',
    '/openai/chat/completions',
    '/openai/v1/v1/chat/completions',
  ]
  for (const [base, root] of bases) {
    test.each(targets)(`openai at ${base}: %s`, (target) => {
      expect(sendTo(`openai=${base}`, `POST ${target}`)).toBe(`${new URL(base).origin}${root}/chat/completions`)
    })
  }

  test.each([
    ['http://h/v1', '/v1/responses/compact', '/v1/responses/compact'],
    ['http://h/inference', '/v1/responses', '/inference/responses'],
    ['http://h/inference', '/inference/chat/completions', '/inference/chat/completions'],
    ['http://h/api/v1', '/api/v1/chat/completions', '/api/v1/chat/completions'],
    ['http://h/v1beta/openai', '/v1beta/openai/chat/completions', '/v1beta/openai/chat/completions'],
    ['http://h/v1', '/api/v0/chat/completions', '/api/v0/chat/completions'],
    ['http://h', '/beta/chat/completions', '/beta/chat/completions'],
    ['http://h', '/openai/v1/chat/completions', '/openai/v1/chat/completions'],
    ['http://h/team-a/v1', '/api/v0/chat/completions', '/team-a/api/v0/chat/completions'],
  ])('a server of another name at %s: %s', (base, target, expected) => {
    expect(sendTo(`local=${base}`, `POST ${target}`)).toBe(`http://h${expected}`)
  })

  test.each([
    ['http://h', '/v1/messages', '/v1/messages'],
    ['http://h/v1', '/v1/messages', '/v1/messages'],
    ['http://h/v1/messages', '/v1/messages', '/v1/messages'],
    ['http://h/v1/messages', '/v1/messages/count_tokens', '/v1/messages/count_tokens'],
    ['http://h/v1/messages/', '/anthropic/v1/v1/messages', '/v1/messages'],
    ['http://h/proxy', '/messages', '/proxy/v1/messages'],
    ['http://h/proxy', '/proxy/v1/messages', '/proxy/v1/messages'],
    ['http://h/proxy/v1', '/anthropic/messages', '/proxy/v1/messages'],
    ['http://h', '/anthropic/v1/chat/completions', '/v1/chat/completions'],
    ['http://h/proxy', '/anthropic/v1/chat/completions', '/proxy/v1/chat/completions'],
  ])('anthropic at %s: %s', (base, target, expected) => {
    expect(sendTo(`anthropic=${base}`, `POST ${target}`)).toBe(`http://h${expected}`)
  })

  test.each([
    ['http://h', '/api/chat', '/api/chat'],
    ['http://h/api', '/api/chat', '/api/chat'],
    ['http://h/api/', '/api/api/chat', '/api/chat'],
    ['http://h/v1', '/api/generate', '/api/generate'],
    ['http://h/gpu', '/api/generate/', '/gpu/api/generate'],
    ['http://h', '/ollama/v1/chat/completions', '/v1/chat/completions'],
    ['http://h/api', '/ollama/v1/chat/completions', '/v1/chat/completions'],
    ['http://h/v1/chat/completions', '/v1/chat/completions', '/v1/chat/completions'],
    ['http://h/v1/chat/completions', '/api/chat', '/api/chat'],
  ])('ollama at %s: %s', (base, target, expected) => {
    expect(sendTo(`ollama=${base}`, `POST ${target}`)).toBe(`http://h${expected}`)
  })

  test.each([
    ['http://h', '/litellm/v1/messages', '/v1/messages'],
    ['http://h/v1', '/litellm/v1/messages', '/v1/messages'],
    ['http://h/team-a/v1', '/litellm/v1/messages', '/team-a/v1/messages'],
    ['http://h/api/v1', '/litellm/v1/messages', '/api/v1/messages'],
    ['http://h/openai/v1', '/litellm/v1/messages', '/v1/messages'],
    ['http://h', '/litellm/anthropic/v1/messages', '/anthropic/v1/messages'],
    ['http://h/v1', '/litellm/api/chat', '/api/chat'],
  ])('another API at a server of dialect openai at %s: %s', (base, target, expected) => {
    expect(sendTo(`litellm=${base}`, `POST ${target}`)).toBe(`http://h${expected}`)
  })
})

describe('Azure OpenAI', () => {
  const calls = [
    '/openai/deployments/d/chat/completions?api-version=2024-10-21',
    '/openai/responses?api-version=2025-03-01-preview',
    '/openai/v1/responses',
    '/openai/v1/chat/completions?api-version=preview',
    '/models/chat/completions?api-version=2024-05-01-preview',
  ]
  const others = [
    'GET /openai/models?api-version=2024-10-21',
    '/openai/deployments/d/embeddings?api-version=2024-10-21',
    '/openai/files/f-1/content?api-version=2024-10-21',
    '/openai/deployments/d/images/generations?api-version=1',
    '/models/embeddings?api-version=2024-05-01-preview',
    'GET /models/info?api-version=2024-05-01-preview',
  ]
  for (const name of ['azure', 'openai']) {
    for (const base of ['', '/', '/openai', '/openai/v1', '/models', '/openai/deployments/e']) {
      test.each([...calls, ...others])(`${name} at http://h${base}: %s`, (request) => {
        // `/openai/v1` is the prefix of a provider that is called so.
        if (name === 'openai' && request.startsWith('/openai/v1') && !request.includes('api-version')) return
        const [method, target] = request.startsWith('GET ') ? ['GET', request.slice(4)] : ['POST', request]
        expect(sendTo(`${name}=http://h${base}`, `${method} ${target}`)).toBe(`http://h${target}`)
      })
    }
  }

  const named = calls.filter((target) => target.startsWith('/openai/'))
  test.each(named)('%s behind the prefix of a provider that is called openai', (target) => {
    const policy = policyWith(['http://h', 'anthropic=http://i'])
    const found = routed(policy, { target: `/openai${target}`, headers: { 'api-key': 'k' } })
    expect([found.provider.name, found.path, found.call?.dialect.provider]).toEqual(['openai', target, 'openai'])
  })

  test.each(calls)('%s is read as a call of its dialect', (target) => {
    const { call } = routed(policyWith(['azure=http://h']), { target })
    expect(call?.dialect.name).toBe(target.includes('responses') ? 'openai-responses' : 'openai-chat')
  })

  test.each([
    ['https://x.openai.azure.com', '/v1/chat/completions', '/openai/v1/chat/completions'],
    ['https://x.services.ai.azure.com', '/v1/responses', '/openai/v1/responses'],
    ['https://x.services.ai.azure.com/models', '/chat/completions', '/models/chat/completions'],
    ['https://x.openai.azure.com/openai/deployments/d', '/chat/completions', '/openai/deployments/d/chat/completions'],
  ])('at %s: %s', (base, target, expected) => {
    expect(sendTo(`azure=${base}`, `POST ${target}`)).toBe(new URL(base).origin + expected)
  })

  // `AzureOpenAI` with `baseURL` in place of `endpoint` adds nothing but this.
  test.each([
    'POST /deployments/d/chat/completions?api-version=2024-10-21',
    'POST /deployments/d/embeddings?api-version=2024-10-21',
    'POST /responses?api-version=2025-03-01-preview',
    'GET /models?api-version=2024-10-21',
    'GET /files/f-1/content?api-version=2024-10-21',
  ])('at a base URL that ends in /openai: %s', (request) => {
    for (const base of ['https://x.openai.azure.com/openai', 'http://h/team-a/openai']) {
      expect(sendTo(`azure=${base}`, request)).toBe(base + request.replace(/^[A-Z]+ /, ''))
    }
  })
})

describe('everything else keeps its path', () => {
  test.each([
    ['http://h', 'POST /vllm/tokenize', '/tokenize'],
    ['http://h/v1', 'POST /vllm/tokenize', '/tokenize'],
    ['http://h/v1', '/vllm/health', '/health'],
    ['http://h/v1', '/tokenize/', '/tokenize/'],
    ['http://h/v1', '/vllm/api/v0/models', '/api/v0/models'],
    ['http://h/v1', '/api/v0/models', '/api/v0/models'],
    ['http://h/team-a/v1', '/vllm/metrics', '/team-a/metrics'],
    ['http://h/team-a', '/vllm/metrics', '/team-a/metrics'],
    ['http://h/v1', '/vllm', '/v1'],
    ['http://h', '/vllm', '/'],
    ['http://h/v1', '/vllm/', '/'],
    ['http://h', '//v1//files///f', '//v1//files///f'],
    ['http://h', '/vllm//v1//files/', '//v1//files/'],
    ['http://h', '//vllm/v1/files/', '/v1/files/'],
    ['http://h', '/v1/v1/files', '/v1/v1/files'],
    ['http://h', '/v1/models/org%2Fmodel', '/v1/models/org%2Fmodel'],
    ['http://h', '/v1/%E2%82%AC/%zz', '/v1/%E2%82%AC/%zz'],
    ['http://h/v1', 'POST /models/load', '/models/load'],
    ['http://h/openai/v1', 'POST /model/m%3A0/converse', '/model/m%3A0/converse'],
    ['http://h/v1beta/openai', 'POST /v1/projects/p/locations/l/x:predict', '/v1/projects/p/locations/l/x:predict'],
    // A GET of a call's path asks no model.
    ['http://h', '/v1/chat/completions/', '/v1/chat/completions/'],
  ])('at %s: %s', (base, request, expected) => {
    expect(sendTo(`vllm=${base}`, request)).toBe(`http://h${expected}`)
  })

  test.each([
    ['http://h', '/embeddings', '/v1/embeddings'],
    ['http://h', '/v1/embeddings', '/v1/embeddings'],
    ['http://h', '/models', '/v1/models'],
    ['http://h', '/openai/models/', '/v1/models/'],
    ['http://h/openai/v1', '/v1/models/a%2Fb', '/openai/v1/models/a%2Fb'],
    ['http://h/openai/v1', '/openai/v1/models', '/openai/v1/models'],
    ['http://h/inference', '/v1/embeddings', '/inference/embeddings'],
    ['http://h/inference', '/embeddings', '/inference/embeddings'],
    ['http://h/api/paas/v4', '/v1', '/api/paas/v4'],
  ])('but a resource of OpenAI’s API gets the root of the base: at %s: %s', (base, target, expected) => {
    expect(sendTo(`openai=${base}`, target)).toBe(`http://h${expected}`)
  })

  test.each([
    ['/groq/openai/v1/chat/completions', 'https://api.groq.com/openai/v1/chat/completions'],
    ['/groq/v1/models', 'https://api.groq.com/openai/v1/models'],
    ['POST /groq/chat/completions', 'https://api.groq.com/openai/v1/chat/completions'],
    ['POST /google/v1/chat/completions', 'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions'],
    ['/google/v1beta/openai/models', 'https://generativelanguage.googleapis.com/v1beta/openai/models'],
    [
      'POST /google/v1beta/models/g:generateContent',
      'https://generativelanguage.googleapis.com/v1beta/models/g:generateContent',
    ],
    ['POST /google/v1/models/g:countTokens', 'https://generativelanguage.googleapis.com/v1/models/g:countTokens'],
    ['/google/v1/models?key=k', 'https://generativelanguage.googleapis.com/v1/models?key=k'],
    ['POST /bedrock/v1/chat/completions', 'https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1/chat/completions'],
    ['POST /bedrock/model/m%3A0/converse', 'https://bedrock-runtime.us-east-1.amazonaws.com/model/m%3A0/converse'],
    ['/anthropic/api/oauth/profile', 'https://api.anthropic.com/api/oauth/profile'],
    ['/anthropic', 'https://api.anthropic.com/'],
  ])('a built-in provider by name: %s', (request, expected) => {
    expect(urlOf(builtIn, request)).toBe(expected)
  })

  test.each(['?', '?a=1&a=2', '?q=%20+%2B"\'<>|{}', '?path=../..%2f\\', '?a=?b', '?é=1', '?a=//b/'])(
    'the query %j passes byte for byte',
    (query) => {
      expect(sendTo('http://h', `/v1/files/${query}`)).toBe(`http://h/v1/files/${query}`)
      expect(sendTo('http://h', `POST /v1/chat/completions/${query}`)).toBe(`http://h/v1/chat/completions${query}`)
    },
  )
})

/** The provider of a call, and the paths that reach none. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assertProperty } from '../../support/assert-property.ts'
import { builtIn, codeOf, policyWith, routed, routing } from './routing.ts'

describe('which provider serves a call', () => {
  test.each([
    ['/v1/chat/completions', {}, 'openai', '/v1/chat/completions'],
    ['/v1/responses', {}, 'openai', '/v1/responses'],
    ['/v1/anything/else', {}, 'openai', '/v1/anything/else'],
    ['/embeddings', {}, 'openai', '/v1/embeddings'],
    ['/v1/models', {}, 'openai', '/v1/models'],
    ['/v1/models', { 'anthropic-version': '2023-06-01' }, 'anthropic', '/v1/models'],
    ['/models', { 'anthropic-version': '2023-06-01' }, 'anthropic', '/v1/models'],
    ['/v1/files', { 'anthropic-version': '2023-06-01' }, 'anthropic', '/v1/files'],
    ['/v1/messages', {}, 'anthropic', '/v1/messages'],
    ['/v1/messages/batches/b1', {}, 'anthropic', '/v1/messages/batches/b1'],
    ['/v1/messages-of-mine', {}, 'openai', '/v1/messages-of-mine'],
    ['/api/chat', {}, 'ollama', '/api/chat'],
    ['/api/tags', {}, 'ollama', '/api/tags'],
    ['/api/blobs/sha256:1', {}, 'ollama', '/api/blobs/sha256:1'],
    ['/openai/v1/messages', {}, 'openai', '/v1/messages'],
    ['/groq/openai/v1/chat/completions', {}, 'groq', '/openai/v1/chat/completions'],
    ['/google/v1beta/openai/chat/completions', {}, 'google', '/v1beta/openai/chat/completions'],
  ])('%s with %j goes to the provider that fits', (target, headers, provider, path) => {
    const found = routed(builtIn, { method: 'GET', target, headers })
    expect([found.provider.name, found.path]).toEqual([provider, path])
  })

  test('takes the first provider of a dialect, in the order of the policy', () => {
    const policy = policyWith(['local=http://127.0.0.1:1', 'openai=http://127.0.0.1:2'])
    expect(routed(policy, { target: '/v1/chat/completions' }).provider.name).toBe('local')
    expect(routed(policy, { target: '/openai/v1/chat/completions' }).provider.name).toBe('openai')
  })

  test.each([
    ['/v1/messages', 'anthropic'],
    ['/api/chat', 'ollama'],
  ] as const)('refuses %s when no provider speaks its dialect, in that dialect', (target, dialect) => {
    const policy = policyWith(['http://127.0.0.1:1', 'groq=http://127.0.0.1:2'])
    expect(codeOf(() => routed(policy, { target }))).toBe('NO_SUCH_PROVIDER')
    expect(routing(policy, { target }).dialect).toBe(dialect)
  })

  test.each([
    '/',
    '/favicon.ico',
    '/v2/chat',
    '/apiary',
    '/mistral/v1/chat/completions',
    '/api',
    '/api/hello',
    '/api/event_logging/batch',
  ])('serves %s by nobody', (target) => {
    expect(codeOf(() => routed(builtIn, { target }))).toBe('NO_SUCH_PROVIDER')
    expect(routing(builtIn, { target }).dialect).toBe('openai')
  })
})

describe('paths that could climb out of a root', () => {
  test.each([
    '/v1/../admin',
    '/v1/..',
    '/v1/./x',
    '/..',
    '/v1/%2e%2e/x',
    '/v1/%2E%2e/x',
    '/v1/.%2e/x',
    '/v1/..%2fx',
    '/v1/x%2f..%2f..%2fy',
    '/v1/%252e%252e/x',
    '/v1/..;/x',
    '/v1/..;a=b/x',
    '/v1/%2e%2e%3b/x',
    '/v1/x/..;',
    '/v1/%25252e%25252e/x',
    '/v1/..%5cx',
    '/v1\\x',
    '/v1/%5c..',
    '/v1/x%00',
    '/v1/x\0',
    '/v1/x%0d%0aHost:y',
    '/v1/x#y',
    '/openai/../anthropic/v1/messages',
    'v1/x',
    'http://evil/v1/x',
    '*',
    '',
  ])('refuses %j', (target) => {
    expect(codeOf(() => routed(builtIn, { target }))).toBe('PATH_REFUSED')
  })

  test.each(['/v1/x%2fy', '/v1/a..b', '/v1/...', '/v1/.well-known', '/v1/100%25', '/v1/%E2%82%AC', '/v1/%zz'])(
    'lets %j pass as it is',
    (target) => {
      expect(routed(builtIn, { target }).path).toBe(target)
    },
  )

  test('never sends a dot segment on, whatever comes', () => {
    const piece = fc.constantFrom(
      '/',
      '//',
      '.',
      '..',
      '%2e',
      '%2E',
      '%252e',
      '%2f',
      '%5c',
      '\\',
      'v1',
      'api',
      'openai',
      'x',
    )
    assertProperty(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const target = `/${pieces.join('')}`
        if (codeOf(() => routed(builtIn, { target })) !== 'no error') return
        const { provider, path: sent } = routed(builtIn, { target })
        expect(new URL(provider.baseUrl.origin + sent).pathname).toBe(sent)
        expect(decodeURIComponent(sent)).not.toMatch(/\/\.\.?(\/|$)/)
      }),
    )
  })
})

test('routes a hostile path in linear time and without exhausting the stack', () => {
  for (const piece of ['/v1', '/', '%25', '%2', '/a', '/openai/v1', '.']) {
    expect(codeOf(() => routed(builtIn, { target: `/openai${piece.repeat(200_000)}x` }))).toMatch(
      /no error|NO_SUCH_PROVIDER/,
    )
  }
})

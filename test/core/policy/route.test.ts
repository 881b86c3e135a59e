import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { M2MError } from '../../../src/core/errors.ts'
import { defaultPolicy, parseUpstream, route, upstreamPath } from '../../../src/core/policy/index.ts'
import { assertProperty } from '../../support/assert-property.ts'

const builtIn = policyWith([])

function policyWith(upstreams: readonly string[]) {
  return defaultPolicy({
    mode: 'Enforce',
    profile: 'Safe',
    upstreams: upstreams.map(parseUpstream),
    engineVersion: 'test',
  })
}

/** Where a call ends up: base and inbound target to the full upstream URL. */
function sendTo(upstream: string, target: string): string {
  const { provider, path, query } = routed(policyWith([upstream]), target, {})
  return provider.baseUrl.origin + upstreamPath(provider, path, query)
}

function routed(...[policy, target, headers]: Parameters<typeof route>) {
  const { found } = route(policy, target, headers)
  if (found instanceof M2MError) throw found
  return found
}

function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return error instanceof M2MError ? error.code : String(error)
  }
  return 'no error'
}

describe('the base URL matrix', () => {
  const openai = [
    ['http://h', '/v1'],
    ['http://h/', '/v1'],
    ['http://h/v1', '/v1'],
    ['http://h/v1/', '/v1'],
    ['http://h//v1//', '/v1'],
    ['http://h/openai/v1', '/openai/v1'],
    ['http://h/v1/chat/completions', '/v1'],
    ['http://h/openai/v1/chat/completions/', '/openai/v1'],
    ['http://h/v1/responses', '/v1'],
    ['http://h/v1beta/openai', '/v1beta/openai'],
    ['http://h/api/paas/v4', '/api/paas/v4'],
    ['http://h/team-a', '/team-a/v1'],
    ['http://h:8080/team-a/v1', '/team-a/v1'],
  ] as const
  const inbound = [
    ['/v1/chat/completions', '/chat/completions'],
    ['//v1/chat/completions', '/chat/completions'],
    ['/v1//chat/completions', '/chat/completions'],
    ['/v1/v1/chat/completions', '/chat/completions'],
    ['/v1/v1/v1/chat/completions', '/chat/completions'],
    ['/v1/chat/completions/', '/chat/completions'],
    ['/chat/completions', '/chat/completions'],
    ['/openai/v1/chat/completions', '/chat/completions'],
    ['/openai/chat/completions', '/chat/completions'],
    ['/openai/v1/v1/chat/completions', '/chat/completions'],
    ['/v1/models/org%2Fmodel', '/models/org%2Fmodel'],
    ['/v1/v1beta', '/v1beta'],
    ['/models', '/models'],
    ['/v1', ''],
  ] as const

  for (const [base, root] of openai) {
    test.each(inbound)(`openai at ${base}: %s`, (target, rest) => {
      expect(sendTo(`openai=${base}`, target)).toBe(`${new URL(base).origin}${root}${rest}`)
    })
  }

  test.each([
    ['http://h', '/v1/messages', '/v1/messages'],
    ['http://h/v1', '/v1/messages', '/v1/messages'],
    ['http://h/v1/messages', '/v1/messages', '/v1/messages'],
    ['http://h/v1/messages', '/v1/messages/count_tokens', '/v1/messages/count_tokens'],
    ['http://h/v1/messages/', '/anthropic/v1/v1/messages', '/v1/messages'],
    ['http://h/proxy', '/messages', '/proxy/v1/messages'],
    ['http://h/proxy/v1', '/anthropic/messages', '/proxy/v1/messages'],
    ['http://h', '/anthropic/api/oauth/profile', '/api/oauth/profile'],
    ['http://h', '/anthropic', '/'],
  ])('anthropic at %s: %s', (base, target, expected) => {
    expect(sendTo(`anthropic=${base}`, target)).toBe(`http://h${expected}`)
  })

  test.each([
    ['http://h', '/api/chat', '/api/chat'],
    ['http://h/api', '/api/chat', '/api/chat'],
    ['http://h/api/', '/api/api/chat', '/api/chat'],
    ['http://h/api/chat', '/api/tags', '/api/tags'],
    ['http://h/v1', '/api/generate', '/api/generate'],
    ['http://h/gpu', '/api/generate/', '/gpu/api/generate'],
    ['http://h', '/ollama/v1/chat/completions', '/v1/chat/completions'],
  ])('ollama at %s: %s', (base, target, expected) => {
    expect(sendTo(`ollama=${base}`, target)).toBe(`http://h${expected}`)
  })

  test.each([
    ['/groq/openai/v1/chat/completions', 'https://api.groq.com/openai/v1/chat/completions'],
    ['/groq/v1/models', 'https://api.groq.com/openai/v1/models'],
    ['/groq/chat/completions', 'https://api.groq.com/openai/v1/chat/completions'],
    ['/google/v1/chat/completions', 'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions'],
    ['/google/v1beta/openai/models', 'https://generativelanguage.googleapis.com/v1beta/openai/models'],
    ['/bedrock/v1/chat/completions', 'https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1/chat/completions'],
  ])('a built-in provider by name: %s', (target, expected) => {
    const { provider, path, query } = routed(builtIn, target, {})
    expect(provider.baseUrl.origin + upstreamPath(provider, path, query)).toBe(expected)
  })
})

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
    ['/api', {}, 'ollama', '/api'],
    ['/openai/v1/messages', {}, 'openai', '/v1/messages'],
    ['/groq/openai/v1/chat/completions', {}, 'groq', '/v1/chat/completions'],
    ['/google/v1beta/openai/chat/completions', {}, 'google', '/v1/chat/completions'],
  ])('%s with %j goes to the provider that fits', (target, headers, provider, path) => {
    const found = routed(builtIn, target, headers)
    expect([found.provider.name, found.path]).toEqual([provider, path])
  })

  test('takes the first provider of a dialect, in the order of the policy', () => {
    const policy = policyWith(['local=http://127.0.0.1:1', 'openai=http://127.0.0.1:2'])
    expect(routed(policy, '/v1/chat/completions', {}).provider.name).toBe('local')
    expect(routed(policy, '/openai/v1/chat/completions', {}).provider.name).toBe('openai')
  })

  test.each([
    ['/v1/messages', 'anthropic'],
    ['/api/chat', 'ollama'],
  ] as const)('refuses %s when no provider speaks its dialect, in that dialect', (target, dialect) => {
    const policy = policyWith(['http://127.0.0.1:1'])
    expect(codeOf(() => routed(policy, target, {}))).toBe('NO_SUCH_PROVIDER')
    expect(route(policy, target, {}).dialect).toBe(dialect)
  })

  test.each(['/', '/favicon.ico', '/v2/chat', '/apiary', '/mistral/v1/chat/completions'])(
    'serves %s by nobody',
    (target) => {
      expect(codeOf(() => routed(builtIn, target, {}))).toBe('NO_SUCH_PROVIDER')
      expect(route(builtIn, target, {}).dialect).toBe('openai')
    },
  )
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
    expect(codeOf(() => routed(builtIn, target, {}))).toBe('PATH_REFUSED')
  })

  test.each(['/v1/x%2fy', '/v1/a..b', '/v1/...', '/v1/.well-known', '/v1/100%25', '/v1/%E2%82%AC', '/v1/%zz'])(
    'lets %j pass as it is',
    (target) => {
      expect(routed(builtIn, target, {}).path).toBe(target)
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
        if (codeOf(() => routed(builtIn, target, {})) !== 'no error') return
        const { provider, path, query } = routed(builtIn, target, {})
        const sent = upstreamPath(provider, path, query)
        expect(new URL(provider.baseUrl.origin + sent).pathname).toBe(sent)
        expect(decodeURIComponent(sent)).not.toMatch(/\/\.\.?(\/|$)/)
      }),
    )
  })
})

describe('the query', () => {
  test.each(['?', '?a=1&a=2', '?q=%20+%2B"\'<>|{}', '?path=../..%2f\\', '?a=?b', '?é=1'])(
    '%j passes byte for byte',
    (query) => {
      const { provider, path, query: kept } = routed(builtIn, `/v1/files/${query}`, {})
      expect(upstreamPath(provider, path, kept)).toBe(`/v1/files${query}`)
    },
  )
})

test('routes a hostile path in linear time and without exhausting the stack', () => {
  for (const piece of ['/v1', '/', '%25', '%2', '/a', '/openai/v1', '.']) {
    expect(codeOf(() => routed(builtIn, `/openai${piece.repeat(200_000)}x`, {}))).toMatch(/no error|NO_SUCH_PROVIDER/)
  }
})

/** A credential decides before a path: which provider may have a key. */

import { describe, expect, test } from 'vitest'
import type { CompiledPolicy } from '../../../src/core/policy/index.ts'
import { builtIn, codeOf, policyWith, type Request, routed, routing } from './routing.ts'

const ANT = { authorization: 'Bearer sk-ant-oat01-x' }
const ANT_KEY = { 'x-api-key': 'k' }
const BETA = { 'anthropic-beta': 'files-api-2025-04-14' }
const TOKEN = { authorization: 'Bearer ya29.x' }

/** The provider of a request, or `nobody`. */
function servedBy(policy: CompiledPolicy, request: Request): string {
  const code = codeOf(() => routed(policy, request))
  return code === 'no error' ? routed(policy, request).provider.name : code.replace('NO_SUCH_PROVIDER', 'nobody')
}

function messageOf(policy: CompiledPolicy, request: Request): string {
  const { found } = routing(policy, request)
  return found instanceof Error ? found.message : ''
}

describe('an Anthropic key goes to Anthropic only', () => {
  test.each<[string, string, Record<string, string>]>([
    ['POST', '/api/event_logging/batch', ANT],
    ['POST', '/api/event_logging/batch', ANT_KEY],
    ['HEAD', '/api/hello', ANT],
    ['GET', '/v1/models', ANT],
    ['POST', '/v1/files', { ...ANT_KEY, ...BETA }],
    ['POST', '/v1/files', BETA],
    ['POST', '/v1/chat/completions', ANT],
    ['POST', '/v1/chat/completions', { authorization: 'bearer  SK-ANT-x' }],
    ['POST', '/v1/chat/completions', { authorization: 'sk-ant-x' }],
    ['POST', '/api/chat', ANT_KEY],
    ['GET', '/', ANT],
    ['GET', '//v1//models?beta=true', ANT],
    ['GET', '/v1/models', { 'anthropic-version': '2023-06-01', authorization: 'Bearer unknown' }],
    ['GET', '/v1/models', { 'x-litellm-key': 'sk-ant-x' }],
    ['GET', '/v1/models?api_key=sk-ant-x', {}],
    ['GET', '/v1/models?a=%73k-ant-x', {}],
  ])('%s %s with %j', (method, target, headers) => {
    expect(servedBy(builtIn, { method, target, headers })).toBe('anthropic')
    expect(servedBy(policyWith(['http://h', 'ollama=http://i']), { method, target, headers })).toBe('nobody')
  })
})

describe('a key shows its maker wherever it stands', () => {
  const KEY = 'sk-ant-api03-abc'
  test.each<[string, Record<string, string>]>([
    ['', { cookie: `a=b; session=${KEY}` }],
    ['', { 'x-config': `{"provider":{"k":"${KEY}"}}` }],
    ['', { 'x-config': encodeURIComponent(`{"k":"${KEY}"}`) }],
    ['', { referer: `http://localhost/?k=${KEY}` }],
    ['', { authorization: `Bearer "${KEY}"` }],
    ['', { authorization: `Token token="${KEY}"` }],
    ['', { authorization: `Basic ${Buffer.from(`${KEY}:`).toString('base64')}` }],
    ['', { authorization: `basic  ${Buffer.from(`user:${KEY}`).toString('base64')}` }],
    [`?${KEY}`, {}],
    [`?a=1;k=${KEY}`, {}],
    [`?a=Bearer+${KEY}`, {}],
    [`?a=%ff%73${KEY.slice(1)}`, {}],
    [`?a=${encodeURIComponent(JSON.stringify({ k: KEY }))}`, {}],
  ])('%s %j', (query, headers) => {
    for (const path of ['/v1/models', '/api/tags', '/v1beta/models/g:generateContent']) {
      expect(servedBy(builtIn, { method: 'GET', target: path + query, headers })).toBe('anthropic')
    }
    expect(servedBy(builtIn, { method: 'GET', target: `/groq/v1/models${query}`, headers })).toBe('nobody')
  })

  test.each<[string, string]>([
    ['groq', 'gsk_abcd'],
    ['openai', `sk-${'a'.repeat(20)}T3BlbkFJ${'a'.repeat(20)}`],
    ['nobody', `xai-${'a'.repeat(80)}`],
    ['nobody', `hf_${'a'.repeat(34)}`],
    ['nobody', `dapi${'0'.repeat(32)}`],
  ])('for %s: %s', (maker, key) => {
    expect(servedBy(builtIn, { method: 'GET', target: '/api/tags', headers: { cookie: `k=${key}` } })).toBe(maker)
  })
})

test.each(['google=https://generativelanguage.googleapis.com', 'groq=http://h', 'azure=http://h', 'bedrock=http://h'])(
  'a key that begins with sk- goes past %s, which stands first',
  (first) => {
    const headers = { authorization: 'Bearer sk-1234' }
    for (const target of ['/v1/models', '/v1/chat/completions', '/v1/files']) {
      expect(servedBy(policyWith([first, 'openai=http://i']), { target, headers })).toBe('openai')
      expect(servedBy(policyWith([first, 'litellm=http://i']), { target, headers })).toBe('litellm')
      // Other keys, and policies without another provider, follow the order.
      expect(servedBy(policyWith([first, 'openai=http://i']), { target })).toBe(first.split('=')[0])
      expect(servedBy(policyWith([first, 'ollama=http://i']), { target, headers })).toBe(first.split('=')[0])
    }
    // A gateway that is called by a maker's name.
    const anthropic = policyWith([first, 'anthropic=http://i'])
    expect(servedBy(anthropic, { target: '/v1/messages', headers })).toBe('anthropic')
  },
)

describe('every key goes to its maker', () => {
  test.each<[string, string, Record<string, string>]>([
    ['google', '/v1/projects/p/locations/l/publishers/anthropic/models/c:rawPredict', { ...TOKEN, ...BETA }],
    ['google', '/v1/chat/completions', { authorization: 'Bearer AIzaSyX' }],
    ['google', '/v1/chat/completions', { authorization: 'Bearer AQ.Ab8' }],
    ['google', '/v1beta/models/g:generateContent', { 'x-goog-api-key': 'k' }],
    ['google', '/v1beta/models/g:generateContent?key=AIzaSyX', {}],
    ['google', '/v1beta/models/g:generateContent?alt=sse&key=k', {}],
    ['google', '/v1beta/models/g:generateContent', {}],
    ['openai', '/v1/messages', { authorization: 'Bearer sk-proj-x' }],
    ['openai', '/v1/messages', { authorization: 'Bearer sk-svcacct-x' }],
    ['openai', '/api/tags', { authorization: `Bearer sk-${'a'.repeat(20)}T3BlbkFJ${'a'.repeat(20)}` }],
    ['openai', '/backend-api/codex/models', { authorization: 'Bearer eyJx', 'chatgpt-account-id': 'a' }],
    ['openai', '/v1/chat/completions', { 'openai-organization': 'org-x' }],
    ['groq', '/v1/chat/completions', { authorization: 'Bearer gsk_x' }],
    // A companion of a key counts where no key shows more.
    ['groq', '/v1/chat/completions', { authorization: 'Bearer gsk_x', 'openai-organization': 'org-x' }],
    ['bedrock', '/model/m%3A0/converse', { authorization: 'AWS4-HMAC-SHA256 Credential=AKIAX/20260101/x' }],
    ['bedrock', '/model/m%3A0/invoke', { authorization: 'Bearer ABSKx' }],
    ['bedrock', '/v1/chat/completions', { authorization: 'Bearer bedrock-api-key-x' }],
    ['nobody', '/v1/chat/completions', { authorization: 'Bearer xai-x' }],
    ['nobody', '/v1/chat/completions', { authorization: 'Bearer hf_x' }],
    ['nobody', '/v1/chat/completions', { authorization: 'Bearer sk-or-v1-x' }],
    ['nobody', '/v1/chat/completions', { authorization: 'Bearer github_pat_x' }],
    ['nobody', '/v1/chat/completions', { 'api-key': 'k' }],
    // Two makers' keys in one request: whoever got it would get the other's as well.
    ['nobody', '/v1/chat/completions', { authorization: 'Bearer sk-proj-x', 'x-api-key': 'k' }],
    ['nobody', '/v1/chat/completions?key=AIzaX', { authorization: 'Bearer sk-proj-x' }],
    // A form that is nobody's: the path decides.
    ['openai', '/v1/chat/completions', { authorization: 'Bearer sk-1234' }],
    ['ollama', '/api/chat', { authorization: 'Bearer ollama' }],
    ['anthropic', '/v1/messages', { authorization: 'Bearer eyJx' }],
    ['openai', '/v1/chat/completions', { 'user-agent': 'xai-sdk/1', 'idempotency-key': 'abc' }],
    ['openai', '/v1/chat/completions', { 'user-agent': 'xai-sdk-python/1.0; hf_hub/0.25; fw_build/3' }],
    ['openai', '/v1/chat/completions', { 'x-title': 'risk-ant-colony, about sk-ant- keys' }],
    ['openai', '/v1/chat/completions', { 'proxy-authorization': 'Bearer sk-ant-x' }],
  ])('%s: %s with %j', (provider, target, headers) => {
    expect(servedBy(builtIn, { target, headers })).toBe(provider)
  })

  test('known by the host of the base URL, else by the name, else by the dialect anthropic', () => {
    const policy = policyWith([
      'a=https://api.openai.com/v1',
      'openai=https://x.openai.azure.com',
      'claude:anthropic=http://127.0.0.1:1',
      'gemini:none=http://127.0.0.1:2',
      'gw=http://127.0.0.1:3',
    ])
    const by = (headers: Record<string, string>, target = '/v1/x') => servedBy(policy, { target, headers })
    expect(by({ authorization: 'Bearer sk-proj-x' })).toBe('a')
    expect(by({ 'api-key': 'k' })).toBe('openai')
    expect(by(ANT)).toBe('claude')
    expect(by({ 'x-goog-api-key': 'k' })).toBe('gemini')
    expect(by({ authorization: 'Bearer k' })).toBe('a')
    expect(by({}, '/openai/deployments/d/chat/completions')).toBe('openai')
  })

  test('a signature is no key: without a provider of its maker the path decides', () => {
    const policy = policyWith(['openai=http://h', 'ollama=http://i'])
    const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=AKIAX/20260101/x', 'x-amz-security-token': 't' }
    expect(servedBy(policy, { target: '/v1/chat/completions', headers })).toBe('openai')
    expect(servedBy(policy, { target: '/ollama/v1/chat/completions', headers })).toBe('ollama')
    expect(servedBy(policy, { target: '/api/chat?X-Amz-Credential=a', headers: {} })).toBe('ollama')
    expect(servedBy(builtIn, { target: '/openai/v1/chat/completions', headers })).toBe('nobody')
  })

  test('of several providers of a maker, the one that speaks the API of the path', () => {
    const policy = policyWith([
      'openai=http://h',
      'azure:anthropic=http://i',
      'foundry=https://x.services.ai.azure.com',
    ])
    const headers = { 'api-key': 'k' }
    expect(servedBy(policy, { target: '/v1/messages', headers })).toBe('azure')
    expect(servedBy(policy, { target: '/v1/responses', headers })).toBe('foundry')
    expect(servedBy(policy, { target: '/anthropic/v1/messages', headers: { 'x-api-key': 'k' } })).toBe('azure')
  })

  test('an Azure key may go to a gateway where the policy names no Azure', () => {
    const target = '/openai/deployments/d/chat/completions?api-version=1'
    const headers = { 'api-key': 'k' }
    expect(servedBy(policyWith(['openai=http://h', 'ollama=http://i']), { target, headers })).toBe('openai')
    expect(servedBy(policyWith(['openai=http://h', 'gw=http://i']), { target, headers })).toBe('gw')
    expect(servedBy(policyWith(['openai=http://h', 'gw=http://i', 'azure=http://j']), { target, headers })).toBe(
      'azure',
    )
  })
})

describe('with a prefix, the path names the provider', () => {
  const policy = policyWith([
    'http://h',
    'litellm=http://i',
    'anthropic=http://j',
    'ollama=http://k',
    'relay:none=http://l',
  ])

  test.each<[string, string, Record<string, string>]>([
    ['litellm', '/litellm/v1/messages', ANT],
    ['litellm', '/litellm/v1/chat/completions', { authorization: 'Bearer sk-proj-x' }],
    ['relay', '/relay/v1/x', ANT_KEY],
    ['anthropic', '/anthropic/v1/messages', ANT_KEY],
    ['anthropic', '/anthropic/v1/messages', { authorization: 'Bearer k' }],
    ['ollama', '/ollama/v1/messages', { 'x-api-key': 'ollama' }],
    ['nobody', '/openai/v1/messages', ANT],
    ['nobody', '/openai/v1/messages', ANT_KEY],
    ['nobody', '//openai//v1/messages', ANT],
    ['nobody', '/ollama/v1/messages', ANT],
    ['nobody', '/anthropic/v1/messages', { authorization: 'Bearer sk-proj-x' }],
    ['nobody', '/openai/v1/x?key=AIzaX', {}],
    // A companion of a key is no key.
    ['openai', '/openai/v1/messages', { ...BETA, authorization: 'Bearer sk-proj-x' }],
  ])('%s: %s with %j', (provider, target, headers) => {
    expect(servedBy(policy, { target, headers })).toBe(provider)
  })
})

test('with one provider nothing is another’s', () => {
  for (const headers of [ANT, TOKEN, ANT_KEY]) {
    const policy = policyWith(['ollama=http://h'])
    expect(routed(policy, { target: '/v1/chat/completions', headers })).toMatchObject({
      provider: { name: 'ollama' },
      path: '/v1/chat/completions',
      reason: 'only provider',
    })
    expect(servedBy(policy, { target: '/no/such/path', headers })).toBe('ollama')
  }
})

test('a provider that only relays gets no path by its form', () => {
  const policy = policyWith(['relay:none=http://h', 'gemini:none=http://i', 'ollama=http://j'])
  expect(servedBy(policy, { target: '/v1/chat/completions' })).toBe('nobody')
  expect(servedBy(policy, { target: '/v1/chat/completions', headers: { 'x-goog-api-key': 'k' } })).toBe('gemini')
  expect(routed(policy, { target: '/relay/v1/chat/completions/' })).toMatchObject({
    path: '/v1/chat/completions/',
    call: undefined,
  })
})

describe('the reason and the way out', () => {
  test.each<[string, Record<string, string>, string]>([
    ['/v1/models', ANT, 'Bearer sk-ant-'],
    ['/v1/models', ANT_KEY, 'x-api-key'],
    ['/v1/models', BETA, 'anthropic-beta'],
    ['/v1/models?key=AIzaX', {}, '? AIza'],
    ['/v1/messages', {}, 'path'],
    ['/anthropic/v1/messages', {}, 'prefix'],
  ])('%s with %j is routed by %s', (target, headers, reason) => {
    expect(routed(builtIn, { target, headers }).reason).toBe(reason)
  })

  test('a refusal names both, and no key', () => {
    const policy = policyWith(['http://h', 'ollama=http://i'])
    const unserved = messageOf(policy, { target: '/v1/x?api_key=SECRET', headers: { 'x-api-key': 'SECRET' } })
    expect(unserved).toContain("Anthropic's (x-api-key)")
    expect(unserved).toContain('--upstream anthropic=URL')
    expect(unserved).toContain('/openai/..., /ollama/...')
    const misplaced = messageOf(builtIn, { target: '/openai/v1/x', headers: { authorization: 'Bearer sk-ant-SECRET' } })
    expect(misplaced).toContain('Bearer sk-ant-')
    expect(misplaced).toContain('/anthropic/...')
    const several = messageOf(builtIn, { target: '/v1/x', headers: { ...ANT_KEY, authorization: 'Bearer gsk_SECRET' } })
    expect(several).toContain("Anthropic's (x-api-key) and Groq's (Bearer gsk_)")
    const unknown = messageOf(policy, { target: '/v2/chat' })
    expect(unknown).toContain('--upstream NAME:DIALECT=URL')
    expect(messageOf(policy, { target: '/v1/messages' })).toContain('--upstream NAME:anthropic=URL')
    expect(unserved + misplaced + several + unknown).not.toContain('SECRET')
  })

  test('is said in the dialect of the call, else of the key', () => {
    const policy = policyWith(['http://h', 'ollama=http://i'])
    expect(routing(policy, { target: '/v1/models', headers: ANT }).dialect).toBe('anthropic')
    expect(routing(policy, { target: '/v1/chat/completions', headers: ANT }).dialect).toBe('openai')
    expect(routing(policy, { target: '/openai/v1/messages', headers: {} }).dialect).toBe('anthropic')
    expect(routing(policy, { target: '/openai/api/chat', headers: {} }).dialect).toBe('ollama')
    expect(routing(policy, { target: '/ollama/nothing', headers: {} }).dialect).toBe('ollama')
  })
})

test('reads hostile headers and queries in linear time', () => {
  for (const piece of [
    'sk-ant-,',
    ',',
    ' ',
    'Bearer ',
    'sk-',
    'a',
    'sk-ant-abcd ',
    'Basic c2stYW50LWE ',
    '%73k-',
    'hf_',
  ]) {
    const headers = { 'x-api-key': piece.repeat(200_000), authorization: piece.repeat(200_000) }
    expect(servedBy(builtIn, { target: '/v1/models', headers })).toMatch(/anthropic|nobody/)
  }
  for (const piece of ['key=&', '&', 'a=%', '=%25', 'key=sk-ant-&']) {
    expect(servedBy(builtIn, { target: `/v1/models?${piece.repeat(100_000)}` })).toMatch(
      /anthropic|google|openai|nobody/,
    )
  }
})

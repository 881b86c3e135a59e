import { describe, expect, test } from 'vitest'
import {
  type CompiledPolicy,
  compilePolicy,
  defaultPolicy,
  formatDuration,
  type PolicySpec,
  parseDuration,
  parseUpstream,
  withUpstreams,
} from '../../../src/core/policy/index.ts'

const edition = { name: 'agents', engineVersion: '1' }

function compile(spec: PolicySpec): CompiledPolicy {
  return compilePolicy(spec, edition)
}

function urls({ providers }: CompiledPolicy): string[] {
  return providers.map(({ name, dialect, baseUrl }) => `${name} ${dialect} ${baseUrl.href}`)
}

describe('an empty spec', () => {
  const policy = compile({})

  test('enforces the Safe profile, and lets no reply time out', () => {
    const { isExcludedTool: _, ...compression } = policy.compression
    expect(compression).toEqual({
      mode: 'Enforce',
      profile: 'Safe',
      minTokens: 32,
      userText: 'Never',
      subscriptionTraffic: false,
      holdoutPercent: 0,
      unpin: false,
    })
    expect(policy.providers[0]?.timeouts).toEqual({
      connectMs: 10_000,
      firstByteMs: 0,
      idleMs: 0,
      totalMs: 0,
    })
    expect(policy.limits).toEqual({ maxBodyBytes: 64 * 1024 ** 2, maxTransformBytes: 16 * 1024 ** 2 })
    expect(policy.failureMode).toBe('Open')
    expect(policy.telemetry).toEqual({
      metrics: true,
      otlpEndpoint: undefined,
      responseHeaders: true,
      streamUsage: 'Observe',
    })
  })

  test('knows the built-in providers', () => {
    expect(urls(policy)).toEqual(
      expect.arrayContaining([
        'openai openai https://api.openai.com/v1',
        'google openai https://generativelanguage.googleapis.com/v1beta/openai',
        'groq openai https://api.groq.com/openai/v1',
        'bedrock openai https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1',
        'anthropic anthropic https://api.anthropic.com/',
        'ollama ollama http://127.0.0.1:11434/',
      ]),
    )
  })
})

describe('providers', () => {
  test('are those of the policy, in its order, and no others', () => {
    const policy = compile({
      providers: [
        { name: 'corp', dialect: 'anthropic', baseURL: 'https://llm.example.com', timeouts: { firstByte: '1h' } },
        { name: 'local', baseURL: 'http://127.0.0.1:1', allowInsecure: true },
        { name: 'openai', timeouts: { idle: '1m30s' } },
      ],
    })
    expect(urls(policy)).toEqual([
      'corp anthropic https://llm.example.com/',
      'local openai http://127.0.0.1:1/',
      'openai openai https://api.openai.com/v1',
    ])
    expect(policy.providers.map(({ timeouts }) => [timeouts.firstByteMs, timeouts.idleMs])).toEqual([
      [3_600_000, 0],
      [0, 0],
      [0, 90_000],
    ])
  })

  test('are moved by upstreams of the same name, which keep dialect and time-outs; other names join', () => {
    const policy = compile({ providers: [{ name: 'openai', dialect: 'anthropic', timeouts: { idle: '1s' } }] })
    const moved = withUpstreams(policy, [
      { name: 'openai', url: 'http://127.0.0.1:1' },
      { name: 'openai', url: 'http://127.0.0.1:2' },
      { name: 'ollama', url: 'http://127.0.0.1:3' },
    ])
    expect(urls(moved)).toEqual(['openai anthropic http://127.0.0.1:2/', 'ollama ollama http://127.0.0.1:3/'])
    expect(moved.providers[0]?.timeouts.idleMs).toBe(1_000)
    expect(withUpstreams(policy, []).providers).toEqual(policy.providers)
  })
})

describe('the policy of a sidecar without one', () => {
  test('sends to the upstreams given and to nobody else', () => {
    const policy = defaultPolicy({
      mode: 'Audit',
      profile: 'Safe',
      upstreams: ['http://127.0.0.1:8080', 'anthropic=http://127.0.0.1:8081'].map(parseUpstream),
      engineVersion: '1',
    })
    expect([policy.name, policy.compression.mode]).toEqual(['default', 'Audit'])
    expect(urls(policy)).toEqual(['openai openai http://127.0.0.1:8080/', 'anthropic anthropic http://127.0.0.1:8081/'])
  })

  test('knows the built-in providers when none is given', () => {
    const policy = defaultPolicy({ mode: 'Enforce', profile: 'Safe', upstreams: [], engineVersion: '1' })
    expect(policy.providers.map(({ name }) => name)).toEqual(compile({}).providers.map(({ name }) => name))
  })
})

describe('the cache keeper', () => {
  test.each<[string, PolicySpec]>([
    ['Audit', {}],
    ['Audit', { compression: { profile: 'Safe' } }],
    ['Auto', { compression: { profile: 'Balanced' } }],
    ['Auto', { compression: { profile: 'Aggressive' } }],
    ['Audit', { compression: { profile: 'Balanced', mode: 'Audit' } }],
    ['Audit', { compression: { profile: 'Balanced', mode: 'Disabled' } }],
    ['Auto', { compression: { mode: 'Audit' }, cache: { mode: 'Auto' } }],
    ['Disabled', { compression: { profile: 'Balanced' }, cache: { mode: 'Disabled' } }],
  ])('is in mode %s under %o', (mode, spec) => {
    expect(compile(spec).cache.mode).toBe(mode)
  })
})

describe('the revision', () => {
  const revisionOf = (compression: PolicySpec['compression'], engineVersion = '1'): string =>
    compilePolicy(compression === undefined ? {} : { compression }, { name: 'x', engineVersion }).revision

  test.each<[string, PolicySpec['compression']]>([
    ['minTokens', { minTokens: 33 }],
    ['userText', { userText: 'Observations' }],
    ['excludeTools', { excludeTools: [] }],
    ['subscriptionTraffic', { subscriptionTraffic: true }],
    ['holdoutPercent', { holdoutPercent: 1 }],
    ['mode', { mode: 'Audit' }],
  ])('changes with %s', (_, compression) => {
    expect(revisionOf(compression)).not.toBe(revisionOf({}))
  })

  test('changes when the cache keeper may change bytes, and only then', () => {
    const of = (spec: PolicySpec): string => compile(spec).revision
    expect(of({ cache: { mode: 'Auto' } })).not.toBe(of({}))
    expect(of({ cache: { mode: 'Disabled' } })).toBe(of({ cache: { mode: 'Audit' } }))
    const audited = { mode: 'Audit', subscriptionTraffic: true } as const
    expect(of({ compression: audited, cache: { mode: 'Auto' } })).not.toBe(
      of({ compression: { mode: 'Audit' }, cache: { mode: 'Auto' } }),
    )
  })

  test('changes with the engine', () => {
    expect(revisionOf({}, '2')).not.toBe(revisionOf({}, '1'))
  })

  test('stays when no byte on the wire can change', () => {
    expect(revisionOf({ mode: 'Enforce', minTokens: 32 })).toBe(revisionOf(undefined))
    expect(revisionOf({ mode: 'Disabled' })).toBe(revisionOf({ mode: 'Audit', minTokens: 5 }))
    expect(revisionOf({ excludeTools: ['a', 'b'] })).toBe(revisionOf({ excludeTools: ['b', 'a'] }))
    const spec: PolicySpec = { failureMode: 'Closed', telemetry: { metrics: false }, providers: [{ name: 'openai' }] }
    expect(compile(spec).revision).toBe(compile({}).revision)
  })
})

describe('tools left alone', () => {
  const isExcluded = compile({}).compression.isExcludedTool

  test.each([
    'Read',
    'read',
    'cat',
    'view',
    'read_file',
    'mcp__filesystem__read_text_file',
    'filesystem.read_file',
    'functions/read_file',
    'readFile',
    'copilot_readFile',
    'fs_read',
    'str_replace_based_edit_tool',
    'get_file_contents',
    'mcp__github__get_file_contents',
  ])('by default: %s', (name) => {
    expect(isExcluded(name)).toBe(true)
  })

  test.each([
    '',
    'search',
    'list_issues',
    'bash',
    'Reader',
    'cat_facts',
    'overview',
    'open_issues',
    '.read_files_later',
  ])('not by default: %j', (name) => {
    expect(isExcluded(name)).toBe(false)
  })

  test.each([
    ['my_*', ['my_', 'my_editor', 'my_/x.y'], ['my', 'not_my_editor']],
    ['exact', ['exact'], ['exactly', 'Exact', 'inexact']],
    ['*', ['', 'anything'], []],
    ['a*b*c', ['abc', 'aXbXc', 'abbc', 'abcbc'], ['ab', 'ac', 'acb', 'abcd']],
    ['aba*aba', ['abaaba', 'aba_aba'], ['aba', 'ababa']],
    ['a*a*b', ['aab', 'a_a_b'], ['ab', 'a_b']],
    ['[r]ead(x|y)?.+', ['[r]ead(x|y)?.+'], ['read', 'readx']],
  ])('are those the policy names: %s', (glob, matching, others) => {
    const { isExcludedTool } = compile({ compression: { excludeTools: ['unrelated', glob] } }).compression
    expect([...matching, ...others].filter(isExcludedTool)).toEqual(matching)
  })

  test('are none when the list is empty', () => {
    const { isExcludedTool } = compile({ compression: { excludeTools: [] } }).compression
    expect(['Read', 'read_file', 'x'].filter(isExcludedTool)).toEqual([])
  })
})

describe('durations', () => {
  test.each([
    ['10s', 10_000],
    ['1h30m', 5_400_000],
    ['250ms', 250],
    ['1m500ms', 60_500],
    ['24h', 86_400_000],
    ['none', 0],
    ['0s', undefined],
    ['24h1ms', undefined],
    ['99999999999999999999h', undefined],
    ['10', undefined],
    ['1.5s', undefined],
    ['-1s', undefined],
    ['10 s', undefined],
    ['', undefined],
  ])('%j is %j ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  test.each([
    [0, 'none'],
    [250, '250ms'],
    [90_000, '90s'],
    [600_000, '10m'],
    [7_200_000, '2h'],
  ])('%j ms is written %j', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})

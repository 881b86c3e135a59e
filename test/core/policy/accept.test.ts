import { describe, expect, test } from 'vitest'
import {
  acceptPolicy,
  isRefused,
  keysInAnnotation,
  keysInJson,
  LAST_APPLIED,
  type PolicyObject,
  staticHash,
} from '../../../src/core/policy/documents.ts'

// In two halves, so that no scanner of repositories takes it for a key.
const KEY = `sk-${'proj'}-Ab3dE6gH9jK2mN5pQ8sT`

function stored(spec: unknown, metadata: object = {}): PolicyObject {
  return {
    metadata: { name: 'a', namespace: 'shop', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
    spec,
  }
}

describe('a stored policy', () => {
  test.each([
    ['spec.providers[0].baseURL', { providers: [{ name: 'mine', baseURL: `https://llm.example/${KEY}/v1` }] }],
    ['spec.selector.matchLabels.app', { selector: { matchLabels: { app: KEY } } }],
    ['spec.compression.excludeTools[0]', { compression: { excludeTools: [KEY] } }],
    ['spec.selector.matchLabels.(a key)', { selector: { matchLabels: { [KEY]: 'x' } } }],
  ])('with a key in %s is refused, and the key is not told', (place, spec) => {
    const message = `${place}: holds what looks like a key; take it out and rotate it`
    expect(acceptPolicy(stored(spec), 'm2m-system')).toEqual({ reason: 'Invalid', message, hasKey: true })
  })

  test('with a name like a key is refused, and does not keep the bundle from all others', () => {
    expect(acceptPolicy(stored({}, { name: KEY.toLowerCase() }), 'm2m-system')).toEqual({
      reason: 'Invalid',
      message: 'metadata.name: holds what looks like a key; take it out and rotate it',
      hasKey: true,
    })
  })

  test('with mistakes besides is told both, and a key in the name of an unknown field stays untold', () => {
    const providers = [{ name: 'mine', baseURL: `https://llm.example/${KEY}` }]
    const both = acceptPolicy(stored({ compression: { minTokens: -1, [KEY]: '' }, providers }), 'm2m-system')
    const { message } = isRefused(both) ? both : { message: '' }
    expect(message).toMatch(
      /^spec\.compression\.\(a key\): holds what .*; spec\.providers\[0\]\.baseURL: holds what .*minTokens: must be/,
    )
    expect(message).not.toContain(KEY)
  })

  test.each([
    { mode: 'File', path: '/var/run/secrets/kubernetes.io/serviceaccount/token' },
    { mode: 'Env', env: 'AWS_SECRET_ACCESS_KEY' },
  ])('with a key of $mode is refused: the sidecar would send it wherever the policy says', (credentials) => {
    const spec = { providers: [{ name: 'mine', baseURL: 'https://llm.example', credentials }] }
    expect(acceptPolicy(stored(spec), 'm2m-system')).toEqual({
      reason: 'Invalid',
      message: 'spec.providers[0].credentials.mode: must be Passthrough or SecretRef in a cluster',
    })
  })

  test.each(['sk-learn-training-cluster-01', 'pypi-mirror-service-prod', 'hf_hub-downloader-production'])(
    'may be for an application called %s',
    (app) => {
      expect(isRefused(acceptPolicy(stored({ selector: { matchLabels: { app } } }), 'm2m-system'))).toBe(false)
    },
  )
})

describe('the annotation of kubectl apply', () => {
  const inAnnotation = (spec: unknown): readonly string[] =>
    keysInAnnotation({ [LAST_APPLIED]: JSON.stringify(stored(spec)) })

  test('keeps a key that the server pruned: its place is named', () => {
    expect(inAnnotation({ providers: [{ name: 'openai', apiKey: KEY }] })).toEqual(['spec.providers[0].apiKey'])
    expect(inAnnotation({ providers: [{ name: 'openai', apiKey: 'short' }] })).toEqual(['spec.providers[0].apiKey'])
    expect(inAnnotation({ anything: { at: ['all', KEY] } })).toEqual(['spec.anything.at[1]'])
  })

  test('is also read when it is no JSON, and is no matter when it holds no key', () => {
    expect(keysInAnnotation({ [LAST_APPLIED]: `{"apiKey": "${KEY}` })).toEqual(['(unreadable)'])
    expect(keysInAnnotation({ other: KEY })).toEqual([])
    expect(keysInAnnotation(undefined)).toEqual([])
    const secret = { mode: 'SecretRef', secretKeyRef: { name: 'openai-token', key: 'api-key' } }
    expect(inAnnotation({ providers: [{ name: 'openai', credentials: secret }] })).toEqual([])
    expect(inAnnotation({ selector: { matchLabels: { token: 'abc' } } })).toEqual([])
  })

  // With a path of its own for each value, the deep one took minutes.
  test.each([
    ['deep', `${'['.repeat(100_000)}"${KEY}"${']'.repeat(100_000)}`],
    ['wide', `[${'0,'.repeat(130_000)}"${KEY}"]`],
  ])('is searched in linear time where it is %s', (_, json) => {
    expect(keysInAnnotation({ [LAST_APPLIED]: `{"spec":${json}}` })).toHaveLength(1)
  })

  test('with very many keys names the first ones', () => {
    expect(inAnnotation(Array.from({ length: 5_000 }, () => KEY))).toHaveLength(8)
  })
})

test('a text that is about to be written is searched as well', () => {
  expect(keysInJson(JSON.stringify({ a: [{ b: KEY }] }))).toEqual(['a[0].b'])
  expect(keysInJson(JSON.stringify({ hash: 'a'.repeat(64) }))).toEqual([])
})

describe('the hash of static fields', () => {
  test('is the same for what says the same', () => {
    const none = staticHash({})
    expect(staticHash({ sidecar: { logLevel: 'info' }, providers: [{ name: 'openai' }], priority: 3 })).toBe(none)
    const two = staticHash({ sidecar: { resources: { limits: { cpu: 2, memory: '1Gi' } } } })
    expect(staticHash({ sidecar: { resources: { limits: { memory: '1Gi', cpu: '2' } } } })).toBe(two)
  })

  test.each([
    ['the log level', { sidecar: { logLevel: 'debug' as const } }],
    ['resources', { sidecar: { resources: { limits: { cpu: 2 } } } }],
    ['variables', { providers: [{ name: 'openai', envVars: ['OPENAI_API_BASE'] }] }],
    [
      'the secret of a provider',
      {
        providers: [
          { name: 'openai', credentials: { mode: 'SecretRef' as const, secretKeyRef: { name: 'a', key: 'b' } } },
        ],
      },
    ],
  ])('changes with %s', (_title, spec) => {
    expect(staticHash(spec)).not.toBe(staticHash({}))
  })
})

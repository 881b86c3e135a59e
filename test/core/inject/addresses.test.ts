/**
 * Where variables point: a call that a client makes behind such an address reaches the provider by the same URL as without a
 * sidecar. The sidecar's own routing decides.
 */

import { describe, expect, test } from 'vitest'
import { addressesOf } from '../../../src/core/inject/env/index.ts'
import { compilePolicy, type PolicySpec, route } from '../../../src/core/policy/index.ts'

const OPENAI = [
  'POST /chat/completions',
  'POST /responses',
  'POST /embeddings',
  'GET /models',
  'GET /models/m',
  'POST /files',
]
const ANTHROPIC = ['POST /v1/messages', 'POST /v1/messages/count_tokens', 'GET /v1/models']
const GEMINI = ['POST /v1beta/models/g:generateContent', 'GET /v1beta/models?pageSize=5']
const CONVERSE = ['POST /model/amazon.nova-lite-v1%3A0/converse', 'POST /model/m/invoke-with-response-stream']
const AZURE = ['POST /openai/deployments/d/chat/completions?api-version=2024-10-21', 'GET /openai/models?api-version=v']

interface Case {
  readonly variable: string
  /** What a client has in its place without a sidecar. */
  readonly direct: string
  readonly calls: readonly string[]
  readonly key?: string
}

interface Group {
  readonly name: string
  readonly providers?: PolicySpec['providers']
  readonly cases: readonly Case[]
}

const ANTHROPIC_DIRECT = { variable: 'ANTHROPIC_BASE_URL', direct: 'https://api.anthropic.com', calls: ANTHROPIC }
const OPENAI_DIRECT = { variable: 'OPENAI_BASE_URL', direct: 'https://api.openai.com/v1', calls: OPENAI }

const GROUPS: readonly Group[] = [
  {
    name: 'the built-in providers',
    cases: [
      OPENAI_DIRECT,
      ANTHROPIC_DIRECT,
      { variable: 'GROQ_BASE_URL', direct: 'https://api.groq.com', calls: ['POST /openai/v1/chat/completions'] },
      { variable: 'GOOGLE_GEMINI_BASE_URL', direct: 'https://generativelanguage.googleapis.com', calls: GEMINI },
    ],
  },
  { name: 'one provider alone', providers: [{ name: 'openai' }], cases: [OPENAI_DIRECT] },
  {
    name: 'a gateway in place of a provider',
    providers: [
      { name: 'openai', baseURL: 'https://gw.example/v1/acct/openai' },
      { name: 'anthropic', baseURL: 'https://gw.example/anthropic' },
    ],
    cases: [
      { variable: 'OPENAI_BASE_URL', direct: 'https://gw.example/v1/acct/openai', calls: OPENAI },
      { variable: 'ANTHROPIC_BASE_URL', direct: 'https://gw.example/anthropic', calls: ANTHROPIC },
    ],
  },
  {
    name: 'Azure and Bedrock',
    providers: [
      { name: 'azure', baseURL: 'https://r.openai.azure.com' },
      { name: 'bedrock', baseURL: 'https://bedrock-runtime.eu-west-1.amazonaws.com' },
    ],
    cases: [
      { variable: 'AZURE_OPENAI_ENDPOINT', direct: 'https://r.openai.azure.com', calls: AZURE },
      {
        variable: 'AWS_ENDPOINT_URL_BEDROCK_RUNTIME',
        direct: 'https://bedrock-runtime.eu-west-1.amazonaws.com',
        calls: CONVERSE,
      },
      {
        variable: 'ANTHROPIC_BEDROCK_BASE_URL',
        direct: 'https://bedrock-runtime.eu-west-1.amazonaws.com',
        calls: CONVERSE,
      },
    ],
  },
  ...(
    [
      ['azure', 'https://r.openai.azure.com', 'https://r.openai.azure.com/openai/v1', OPENAI],
      [
        'foundry',
        'https://r.services.ai.azure.com/models',
        'https://r.services.ai.azure.com/models',
        ['POST /chat/completions'],
      ],
      ['openrouter', 'https://openrouter.ai/api/v1', 'https://openrouter.ai/api/v1', [...OPENAI, 'GET /credits']],
      ['vllm', 'https://vllm.example', 'https://vllm.example/v1', [...OPENAI, 'POST /rerank']],
      ['deepseek', 'https://api.deepseek.com', 'https://api.deepseek.com', ['POST /chat/completions', 'GET /models']],
      [
        'github',
        'https://models.github.ai/inference',
        'https://models.github.ai/inference',
        ['POST /chat/completions'],
      ],
      [
        'gemini',
        'https://generativelanguage.googleapis.com',
        'https://generativelanguage.googleapis.com/v1beta/openai',
        OPENAI,
      ],
      ['ollama', 'https://ollama.example', 'https://ollama.example/v1', ['POST /chat/completions', 'GET /models']],
    ] as const
  ).map(
    ([name, baseURL, direct, calls]): Group => ({
      name: `${name} by OPENAI_BASE_URL, beside another`,
      providers: [
        { name, baseURL, ...(name === 'ollama' && { dialect: 'ollama' }), envVars: ['OPENAI_BASE_URL'] },
        { name: 'anthropic' },
      ],
      cases: [{ variable: 'OPENAI_BASE_URL', direct, calls }, ANTHROPIC_DIRECT],
    }),
  ),
  {
    name: 'an API that is not read',
    providers: [
      {
        name: 'vertex',
        dialect: 'none',
        baseURL: 'https://aiplatform.googleapis.com',
        envVars: ['GOOGLE_VERTEX_BASE_URL', 'ANTHROPIC_VERTEX_BASE_URL'],
      },
      { name: 'mistral', dialect: 'none', baseURL: 'https://api.mistral.ai/eu', envVars: ['MISTRAL_BASE_URL'] },
    ],
    cases: [
      {
        variable: 'GOOGLE_VERTEX_BASE_URL',
        direct: 'https://aiplatform.googleapis.com',
        calls: ['POST /v1/projects/p:predict'],
      },
      {
        variable: 'ANTHROPIC_VERTEX_BASE_URL',
        direct: 'https://aiplatform.googleapis.com/v1',
        calls: ['POST /projects/p/x:rawPredict'],
      },
      { variable: 'MISTRAL_BASE_URL', direct: 'https://api.mistral.ai/eu', calls: ['POST /v1/chat/completions'] },
    ],
  },
]

describe.for(GROUPS)('$name', ({ providers, cases }) => {
  const policy: PolicySpec | undefined = providers && { providers }
  const compiled = compilePolicy(policy ?? {}, { name: 'test', engineVersion: '' })

  test.for(cases)('$variable', ({ variable, direct, calls }) => {
    const address = addressesOf(policy).find((each) => each.variable === variable)
    expect(address).toBeDefined()
    for (const call of calls) {
      const [method = '', path = ''] = call.split(' ')
      const { found } = route(compiled, { method, target: `${address?.path}${path}`, headers: {} })
      expect(found).not.toBeInstanceOf(Error)
      const reached = 'provider' in found ? found.provider.baseUrl.origin + found.path : ''
      expect(`${call} ${reached}`).toBe(`${call} ${direct}${path}`)
    }
  })
})

test('a provider of nobody we know has no variable by itself: another key of the application would go there', () => {
  const providers = [{ name: 'vllm', baseURL: 'https://vllm.example' }]
  expect(addressesOf({ providers })).toEqual([])
})

test('the built-in Bedrock is in one region: no variable points at it', () => {
  expect(addressesOf(undefined).map(({ provider }) => provider)).not.toContain('bedrock')
})

test('of two providers that name one variable the first has it, before all to whom it belongs by itself', () => {
  const providers = [
    { name: 'openai' },
    { name: 'a', baseURL: 'https://a.example', envVars: ['OPENAI_BASE_URL'] },
    { name: 'b', baseURL: 'https://b.example', envVars: ['OPENAI_BASE_URL'] },
  ]
  expect(addressesOf({ providers })).toEqual([
    { variable: 'OPENAI_BASE_URL', provider: 'a', path: '/a/v1', isNamed: true },
  ])
})

test('an empty list of variables is the word that none is wanted', () => {
  expect(addressesOf({ providers: [{ name: 'openai', envVars: [] }] })).toEqual([])
})

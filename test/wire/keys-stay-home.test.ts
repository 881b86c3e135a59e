/**
 * No key reaches a provider other than its maker's, whatever the path, the header and the query look like: 2,000 generated
 * requests over six providers, each with a server and a key of its own.
 */

import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import fc from 'fast-check'
import { expect } from 'vitest'
import { startSidecar } from '../../sidecar/start.ts'
import { parseUpstream } from '../../src/core/policy/index.ts'
import { assertAsyncProperty } from '../support/assert-property.ts'
import { testConfig } from '../support/test-config.ts'
import { startUpstream, type Upstream } from '../support/upstream.ts'
import { closeAfterTest, test } from '../support/wire.ts'

const PROVIDERS = ['openai', 'anthropic', 'ollama', 'google', 'azure', 'bedrock:none'] as const

/** Keys by the name of their maker's provider. Only the word is looked for: it stands in no path. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  openai: ['sk-proj-CANARYopenai', 'sk-svcacct-CANARYopenai'],
  anthropic: ['sk-ant-api03-CANARYanthropic', 'sk-ant-oat01-CANARYanthropic', 'sk-ant-admin01-CANARYanthropic'],
  google: ['AIzaSyCANARYgoogle', 'AQ.AbCANARYgoogle', 'ya29.CANARYgoogle'],
  bedrock: ['ABSKCANARYbedrock', 'bedrock-api-key-CANARYbedrock'],
}

/** Keys without a form of their own, in the place that only their maker reads. */
const PLACED = [
  ['azure', { headers: { 'api-key': 'CANARYazure' }, query: '' }],
  ['azure', { headers: { 'Ocp-Apim-Subscription-Key': 'CANARYazure' }, query: '' }],
  ['azure', { headers: {}, query: 'subscription-key=CANARYazure' }],
  ['google', { headers: { 'X-Goog-Api-Key': 'CANARYgoogle' }, query: '' }],
  ['google', { headers: {}, query: 'key=CANARYgoogle' }],
  ['bedrock', { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=CANARYbedrock/x, Signature=x' }, query: '' }],
] as const

const PATHS = [
  '/v1/chat/completions',
  '/v1/completions',
  '/v1/responses',
  '/v1/embeddings',
  '/v1/models',
  '/v1/files/f/content',
  '/v1/messages',
  '/v1/messages/count_tokens',
  '/v1/messages/batches/b/results',
  '/v1/organizations/x',
  '/api/chat',
  '/api/generate',
  '/api/tags',
  '/api/hello',
  '/api/event_logging/batch',
  '/api/v0/models',
  '/openai/deployments/d/chat/completions',
  '/openai/v1/responses',
  '/models/chat/completions',
  '/v1beta/models/g:generateContent',
  '/v1beta/openai/chat/completions',
  '/v1/projects/p/locations/l/publishers/anthropic/models/c:rawPredict',
  '/model/m%3A0/converse',
  '/inference/chat/completions',
  '/chat/completions',
  '/messages',
  '/tokenize',
  '/favicon.ico',
  '/',
  '',
] as const

interface Placed {
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly query: string
}

interface Probe extends Placed {
  readonly method: string
  readonly path: string
}

const key = fc
  .constantFrom(...Object.keys(KEYS))
  .chain((owner) => fc.constantFrom(...(KEYS[owner] ?? [])))
  .chain((value): fc.Arbitrary<Placed> => {
    const headers = [
      { authorization: `Bearer ${value}` },
      { Authorization: `bearer  ${value}` },
      { AUTHORIZATION: value },
      { 'x-api-key': value },
      { 'X-API-KEY': value },
      { 'api-key': value },
      { 'x-goog-api-key': value },
      { 'x-auth-token': value },
      { 'x-gateway-key': `Bearer ${value}` },
      { authorization: ['Bearer k', `Bearer ${value}`] },
      { authorization: `Basic ${Buffer.from(`user:${value}`).toString('base64')}` },
      { cookie: `theme=dark; session=${value}00000000000000000000` },
      { 'x-custom': `${value}00000000000000000000` },
      { 'x-config': `{"k":"${value}00000000000000000000"}` },
    ]
    const names = ['key', 'api_key', 'API-KEY', 'access_token', 'x', 'subscription-key', 'a=b&token']
    const queries = names.flatMap((name) => [
      `${name}=${value}`,
      `${name}=%${value.charCodeAt(0).toString(16)}${value.slice(1)}`,
    ])
    return fc.oneof(
      fc.constantFrom(...headers).map((placed) => ({ headers: placed as Placed['headers'], query: '' })),
      fc.constantFrom(...queries).map((query) => ({ headers: {}, query })),
    )
  })

const placed: fc.Arbitrary<Placed> = fc.oneof(
  { weight: 4, arbitrary: key },
  { weight: 1, arbitrary: fc.constantFrom(...PLACED.map(([, where]) => where)) },
)

const companions = fc.constantFrom<Record<string, string>>(
  {},
  {},
  { 'anthropic-version': '2023-06-01' },
  { 'anthropic-beta': 'x' },
  { 'openai-organization': 'org-x' },
  { 'chatgpt-account-id': 'x' },
  { 'x-goog-user-project': 'x' },
)

const path = fc
  .tuple(
    fc.constantFrom('', '', '/openai', '/anthropic', '/ollama', '/google', '/azure', '/bedrock', '/mistral', '/OpenAI'),
    fc.constantFrom(...PATHS),
    fc.constantFrom('', '', '', '/', '//'),
    fc.constantFrom('/', '/', '/', '//', '///'),
  )
  .map(([prefix, own, end, slash]) => `${prefix}${own}${end}`.replaceAll('/', slash) || '/')

const probe: fc.Arbitrary<Probe> = fc
  .tuple(
    fc.constantFrom('POST', 'GET', 'HEAD', 'DELETE'),
    path,
    fc.array(placed, { minLength: 1, maxLength: 2 }),
    companions,
  )
  .map(([method, target, keys, others]) => {
    const query = [...keys.map((each) => each.query), method === 'GET' ? 'api-version=1' : ''].filter(Boolean).join('&')
    return { method, path: target, headers: Object.assign({}, others, ...keys.map((each) => each.headers)), query }
  })

test('2,000 requests with keys in every place', async ({ onTestFinished }) => {
  const servers = new Map<string, Upstream>()
  for (const provider of PROVIDERS) {
    servers.set(provider, await closeAfterTest(startUpstream(), onTestFinished))
  }
  const upstreams = [...servers].map(([provider, { url }]) => parseUpstream(`${provider}=${url}`))
  const sidecar = await closeAfterTest(startSidecar(testConfig({ proxy: { upstreams } })), onTestFinished)
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  onTestFinished(() => agent.destroy())

  const home = new Map<string, number>()
  let runs = 0
  await assertAsyncProperty(
    fc.asyncProperty(probe, async (asked) => {
      runs++
      await ask(sidecar.dataUrl, agent, asked)
      for (const [provider, { seen }] of servers) {
        const name = provider.split(':')[0] ?? ''
        for (const { url, headers } of seen.splice(0)) {
          const found = canariesIn(url, headers)
          expect(found.filter((owner) => owner !== name)).toEqual([])
          if (found.length > 0) home.set(name, (home.get(name) ?? 0) + 1)
        }
      }
    }),
    { numRuns: 2_000, limitMs: 150_000 },
  )
  // The keys did travel: a sidecar that refuses everything keeps them as well.
  expect(runs).toBeGreaterThanOrEqual(2_000)
  for (const owner of ['openai', 'anthropic', 'google', 'azure', 'bedrock']) expect(home.get(owner)).toBeGreaterThan(20)
})

function canariesIn(url: string, headers: IncomingHttpHeaders): string[] {
  const [, hidden = ''] = /^Basic (.*)/.exec(headers.authorization ?? '') ?? []
  const text = decodeURIComponent(url) + JSON.stringify(headers) + Buffer.from(hidden, 'base64').toString()
  return [...text.matchAll(/CANARY([a-z]+)/g)].map(([, owner = '']) => owner)
}

/** Below `fetch`, which would repair the path. */
function ask(base: string, agent: Agent, { method, path: target, headers, query }: Probe): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { agent, method, path: query === '' ? target : `${target}?${query}`, headers }
    const req = request(base, options as Parameters<typeof request>[1], (res) => res.resume().on('end', resolve))
    req.on('error', reject)
    req.end(method === 'POST' ? '{"model":"m","messages":[]}' : undefined)
  })
}

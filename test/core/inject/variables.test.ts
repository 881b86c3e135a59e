/** Variables of the application: what points at the sidecar, and what is left alone. */

import { expect, test } from 'vitest'
import { app, inject } from '../../support/inject/injecting.ts'

const OURS = 'http://127.0.0.1:4141/openai/v1'
const SECRET = { secretKeyRef: { name: 's', key: 'k' } }

test.for([
  ['a value of the user', { OPENAI_BASE_URL: 'https://gw.example/v1' }],
  ['an empty value', { OPENAI_BASE_URL: '' }],
  ['a value from a Secret', { OPENAI_BASE_URL: SECRET }],
] as const)('%s stays, and a note says so', ([, env]) => {
  const result = inject({ containers: [app(env)] })
  expect(result.env('app')).toMatchObject(env)
  expect(result.env('app')['ANTHROPIC_BASE_URL']).toBe('http://127.0.0.1:4141/anthropic')
  expect(result.notes).toEqual(['VariableKept'])
})

test.for([
  ['OPENAI_API_BASE', 'OPENAI_BASE_URL'],
  ['ANTHROPIC_API_URL', 'ANTHROPIC_BASE_URL'],
  ['GROQ_API_BASE', 'GROQ_BASE_URL'],
])('%s names the place already: a client that reads %s before it would be moved', ([alias = '', variable = '']) => {
  const result = inject({ containers: [app({ [alias]: 'https://gw.example/v1' })] })
  expect(result.env('app')).not.toHaveProperty(variable)
  expect(result.notes).toEqual(['VariableKept'])
  const providers = [{ name: 'openai', envVars: [variable] }]
  const named = inject(
    { containers: [app({ [alias]: 'https://gw.example/v1' })] },
    { context: { policy: { providers } } },
  )
  expect(named.env('app')).toHaveProperty(variable)
})

test('a variable that points at the sidecar already is no news', () => {
  expect(inject({ containers: [app({ OPENAI_BASE_URL: OURS })] }).notes).toEqual([])
})

test('m2m.io/containers chooses, also one with envFrom; a name of none is told', () => {
  const envFrom = [{ secretRef: { name: 'all' } }]
  const containers = [app({}), { ...app({}, { envFrom }), name: 'web' }, { ...app({}), name: 'other' }]
  const all = inject({ containers })
  expect(all.env('web')).toEqual({})
  expect(all.notes).toEqual(['EnvFromUnseen'])
  const chosen = inject({ containers }, { metadata: { annotations: { 'm2m.io/containers': 'web, none' } } })
  expect(chosen.env('web')['OPENAI_BASE_URL']).toBe(OURS)
  expect([chosen.env('app'), chosen.env('other')]).toEqual([{}, {}])
  expect(chosen.notes).toEqual(['NoSuchContainer'])
})

test('containers of other injectors are not pointed at us', () => {
  const result = inject({ containers: [app({}), { name: 'istio-proxy', image: 'x' }] })
  expect(result.env('istio-proxy')).toEqual({})
})

test("a client of Azure's gets its endpoint, and never OPENAI_BASE_URL, which it would refuse", () => {
  const policy = { providers: [{ name: 'openai' }, { name: 'azure', baseURL: 'https://r.openai.azure.com' }] }
  const azure = inject({ containers: [app({ AZURE_OPENAI_API_KEY: SECRET })] }, { context: { policy } })
  expect(azure.env('app')).toEqual({
    AZURE_OPENAI_API_KEY: SECRET,
    AZURE_OPENAI_ENDPOINT: 'http://127.0.0.1:4141/azure',
  })
  expect(azure.notes).toEqual(['AzureClient'])
  const other = inject({}, { context: { policy } })
  expect(other.env('app')).toEqual({ OPENAI_BASE_URL: OURS })
})

test('a client of Bedrock is pointed at us where it has a key: a signature holds for one host only', () => {
  const policy = { providers: [{ name: 'bedrock', baseURL: 'https://bedrock-runtime.eu-west-1.amazonaws.com' }] }
  const signed = inject({ containers: [app({ AWS_ACCESS_KEY_ID: SECRET })] }, { context: { policy } })
  expect(signed.env('app')).toEqual({ AWS_ACCESS_KEY_ID: SECRET })
  const keyed = inject({ containers: [app({ AWS_BEARER_TOKEN_BEDROCK: SECRET })] }, { context: { policy } })
  expect(keyed.env('app')['AWS_ENDPOINT_URL_BEDROCK_RUNTIME']).toBe('http://127.0.0.1:4141/bedrock')
  const [provider] = policy.providers
  const named = { providers: [{ name: 'bedrock', ...provider, envVars: ['AWS_ENDPOINT_URL_BEDROCK_RUNTIME'] }] }
  expect(inject({}, { context: { policy: named } }).env('app')).toEqual({
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'http://127.0.0.1:4141/bedrock',
  })
})

test.for([
  [{}, { NO_PROXY: '127.0.0.1,localhost', no_proxy: '127.0.0.1,localhost' }],
  [{ NO_PROXY: '.svc' }, { NO_PROXY: '.svc,127.0.0.1,localhost' }],
  [{ no_proxy: 'localhost' }, { no_proxy: 'localhost,127.0.0.1' }],
  // Node's clients know no ranges.
  [{ NO_PROXY: '127.0.0.0/8,localhost' }, { NO_PROXY: '127.0.0.0/8,localhost,127.0.0.1' }],
  [{ NO_PROXY: '*' }, { NO_PROXY: '*' }],
  [{ NO_PROXY: SECRET }, { NO_PROXY: SECRET }],
] as const)('beside an egress proxy %j becomes %j, so that calls to the sidecar do not take it', ([env, expected]) => {
  const result = inject({ containers: [app({ HTTPS_PROXY: 'http://proxy.example:3128', ...env })] })
  const { NO_PROXY, no_proxy } = result.env('app')
  expect(JSON.parse(JSON.stringify({ NO_PROXY, no_proxy }))).toEqual(expected)
})

test('the sidecar leaves by the proxy of the application, with its password where it was', () => {
  const proxy = 'http://$(PROXY_USER):$(PROXY_PASSWORD)@proxy.example:3128'
  const env = { PROXY_USER: 'me', PROXY_PASSWORD: SECRET, HTTPS_PROXY: proxy, NO_PROXY: '.svc', OTHER: 'x' }
  const sidecar = inject({ containers: [app(env)] })
  expect(sidecar.env('m2m-proxy')).toMatchObject({
    PROXY_USER: 'me',
    PROXY_PASSWORD: SECRET,
    HTTPS_PROXY: proxy,
    NO_PROXY: '.svc',
  })
  expect(sidecar.env('m2m-proxy')).not.toHaveProperty('OTHER')
  // What a variable refers to must stand before it.
  expect(sidecar.sidecar?.env?.map(({ name }) => name).filter((name) => name in env)).toEqual([
    ...['PROXY_USER', 'PROXY_PASSWORD', 'HTTPS_PROXY', 'NO_PROXY'],
  ])
})

test.for([
  ['a proxy by SOCKS', 'socks5://proxy.example:1080'],
  ['a reference that is not known here', 'http://$(FROM_ELSEWHERE)@proxy.example'],
])('%s is not copied: the sidecar would not start', ([, proxy]) => {
  const result = inject({ containers: [app({ HTTPS_PROXY: proxy })] })
  expect(result.env('m2m-proxy')).not.toHaveProperty('HTTPS_PROXY')
  expect(result.notes).toEqual(['ProxyNotCopied'])
})

test.for([
  ['a folder', { name: 'cas', mountPath: '/etc/cas/' }, '/etc/m2m/ca', '/etc/m2m/ca/corp/root.pem'],
  [
    'a file',
    { name: 'cas', mountPath: '/etc/cas/corp/root.pem', subPath: 'r' },
    '/etc/m2m/ca/authorities.pem',
    undefined,
  ],
] as const)('the sidecar trusts whom the application trusts: %s of a volume', ([, mount, mountPath, file]) => {
  const env = { NODE_EXTRA_CA_CERTS: '/etc/cas/corp/root.pem' }
  const { sidecar, ...result } = inject({
    containers: [app(env, { volumeMounts: [mount] })],
    volumes: [{ name: 'cas', configMap: { name: 'cas' } }],
  })
  expect(result.env('m2m-proxy')['SSL_CERT_FILE']).toBe(file ?? mountPath)
  expect(sidecar?.['volumeMounts']).toContainEqual({
    name: 'cas',
    mountPath,
    readOnly: true,
    ...('subPath' in mount && { subPath: mount.subPath }),
  })
})

test('a file that an init container writes is not mounted before it: the kubelet would make a folder of its name', () => {
  const mount = { name: 'cas', mountPath: '/etc/cas/root.pem', subPath: 'root.pem' }
  const { sidecar } = inject({
    containers: [app({ SSL_CERT_FILE: '/etc/cas/root.pem' }, { volumeMounts: [mount] })],
    volumes: [{ name: 'cas', emptyDir: {} }],
  })
  expect(JSON.stringify(sidecar)).not.toContain('root.pem')
})

test('authorities of an image stay in it', () => {
  const { sidecar, env } = inject({ containers: [app({ SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt' })] })
  expect(env('m2m-proxy')).not.toHaveProperty('SSL_CERT_FILE')
  expect(JSON.stringify(sidecar)).not.toContain('/etc/m2m/ca')
})

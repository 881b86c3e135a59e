import { describe, expect, test } from 'vitest'
import { formatDiagnostic, parsePolicyDocuments } from '../../../src/core/policy/documents.ts'
import {
  compilePolicy,
  defaultPolicy,
  type PolicySpec,
  type Provider,
  parseUpstream,
  withUpstreams,
} from '../../../src/core/policy/index.ts'

type ProviderSpec = NonNullable<PolicySpec['providers']>[number]

function check(provider: object): { errors: string[]; notes: string[] } {
  const spec = { providers: [{ name: 'openai', ...provider }] }
  const document = { apiVersion: 'm2m.io/v1alpha1', kind: 'M2MPolicy', metadata: { name: 'p' }, spec }
  const { errors, notes } = parsePolicyDocuments(JSON.stringify(document), 'p')
  const told = (line: string): string => line.replace(/^.*?spec\.providers\[0\]\./, '')
  return { errors: errors.map(formatDiagnostic).map(told), notes: notes.map(formatDiagnostic).map(told) }
}

function compiled(provider: Omit<ProviderSpec, 'name'> = {}): Provider | undefined {
  return compilePolicy({ providers: [{ name: 'openai', ...provider }] }, { name: 'p', engineVersion: '1' }).providers[0]
}

describe('providers[].proxy', () => {
  test.each([
    ['http://proxy.example:3128', 'http://proxy.example:3128/'],
    ['https://proxy.example/', 'https://proxy.example/'],
    ['none', 'none'],
  ])('may be %s', (proxy, expected) => {
    expect(check({ proxy }).errors).toEqual([])
    expect(String(compiled({ proxy })?.proxy)).toBe(expected)
  })

  test('is left to the environment otherwise', () => {
    expect(compiled()?.proxy).toBeUndefined()
  })

  test.each(['socks5://proxy.example:1080', 'proxy.example:3128', 'http://', 'None', '', 'http://proxy.example/path'])(
    'is no %j',
    (proxy) => {
      expect(check({ proxy }).errors).toEqual([
        'proxy: must be none, or the URL of an http or https proxy, such as http://proxy.example:3128',
      ])
    },
  )

  test.each(['http://me:secret@proxy.example', 'http://proxy.example?key=secret'])('holds no secret: %s', (proxy) => {
    const { errors } = check({ proxy })
    expect(errors).toEqual([
      'proxy: must carry no credentials, query or fragment: HTTPS_PROXY in the environment may hold a user and a password',
    ])
    expect(errors.join()).not.toContain('secret')
  })
})

describe('providers[].tls', () => {
  test('verifies, with the authorities of Node.js, unless it says otherwise', () => {
    const none = { caFile: undefined, certFile: undefined, keyFile: undefined }
    expect(compiled()?.tls).toEqual({ verify: true, ...none })
    expect(compiled({ tls: { verify: false, caFile: '/ca.pem' } })?.tls).toEqual({
      verify: false,
      ...none,
      caFile: '/ca.pem',
    })
  })

  test.each([{ certFile: '/tls.crt' }, { keyFile: '/tls.key' }])('needs certificate and key together: %j', (tls) => {
    expect(check({ tls }).errors).toEqual(['tls.keyFile: and certFile belong together: give both or neither'])
  })

  test('names unknown members and wrong types', () => {
    const pem = { certFile: '/tls.crt', keyFile: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----' }
    expect(check({ tls: pem }).errors).toEqual(['tls.keyFile: must be the path of a PEM file'])
    expect(check({ tls: { caFiles: '/ca.pem', verify: 'no' } }).errors).toEqual([
      'tls.caFiles: unknown field; did you mean caFile?',
      'tls.verify: must be true or false, not the string "no"',
    ])
  })

  test('is warned of where it harms or does nothing', () => {
    expect(check({ tls: { verify: false } }).notes).toEqual([expect.stringContaining('tls.verify: is false')])
    const plain = { baseURL: 'http://vllm.example', allowInsecure: true, tls: { caFile: '/ca.pem' } }
    expect(check(plain).notes).toEqual(['tls: has no effect: baseURL is plain http'])
  })
})

describe('providers[].addresses', () => {
  test.each(['Public', 'Private', ['10.0.0.0/8', 'fd00::/8', '127.0.0.1']])('may be %j', (addresses) => {
    expect(check({ addresses })).toEqual({ errors: [], notes: [] })
    expect(compiled({ addresses: addresses as 'Public' })?.addresses).toEqual(addresses)
  })

  const FORM = 'must be Public, Private, or a list of 1 to 64 CIDRs such as 10.0.0.0/8'
  const ITEM = 'must be an address or a CIDR such as 10.0.0.0/8'

  test.each<[unknown, string]>([
    ['public', `addresses: ${FORM}`],
    [[], `addresses: ${FORM}`],
    [['Private'], `addresses[0]: ${ITEM}`],
    [['10.0.0.0/33'], `addresses[0]: ${ITEM}`],
    [['10.0.0.0/8', 'localhost'], `addresses[1]: ${ITEM}`],
    [['1:2:3::4::5'], 'addresses: has an item that is neither an address nor a CIDR'],
    [[7], `addresses[0]: ${ITEM}, not the number 7`],
    [true, `addresses: ${FORM}, not the boolean true`],
    [null, 'addresses: must not be null: give it a value, or leave it out'],
    [{}, `addresses: ${FORM}, not an object`],
  ])('is no %j', (addresses, error) => {
    expect(check({ addresses }).errors).toEqual([error])
  })

  test('tells of ranges that are refused anyway', () => {
    expect(check({ addresses: ['169.254.0.0/16', '10.0.0.0/8'] }).notes).toEqual([
      expect.stringContaining('addresses: lists ranges without effect'),
    ])
    expect(check({ addresses: ['0.0.0.0/0'] }).notes).toEqual([])
  })

  test('tells of a base URL at an address where no LLM is served', () => {
    const notesOf = (baseURL: string) => check({ baseURL, allowInsecure: true }).notes
    for (const host of ['169.254.169.254', '[fd00:ec2::254]', '[::ffff:169.254.0.1]', '0.0.0.0']) {
      expect(notesOf(`http://${host}/v1`)).toEqual([expect.stringContaining('baseURL: stands for itself')])
    }
    for (const host of ['127.0.0.1', '10.0.0.7', 'llm.example']) expect(notesOf(`http://${host}/v1`)).toEqual([])
  })

  test('are public ones by default, and any for an upstream of the command line', () => {
    expect(compiled()?.addresses).toBe('Public')
    const upstreams = ['http://vllm.models.svc.cluster.local', 'groq=http://groq.example'].map(parseUpstream)
    const alone = defaultPolicy({ mode: 'Enforce', profile: 'Safe', engineVersion: '1', upstreams })
    expect(alone.providers.map(({ addresses }) => addresses)).toEqual(['Given', 'Given'])
    const policy = compilePolicy(
      { providers: [{ name: 'openai' }, { name: 'anthropic' }] },
      { name: 'p', engineVersion: '1' },
    )
    const mixed = withUpstreams(policy, upstreams)
    expect(mixed.providers.map(({ name, addresses }) => [name, addresses])).toEqual([
      ['openai', 'Given'],
      ['anthropic', 'Public'],
      ['groq', 'Given'],
    ])
  })
})

test('an odd form of an address on the command line is the address that it means', () => {
  const upstreams = ['http://0x7f.1:8080', 'ollama=http://2130706433'].map(parseUpstream)
  const { providers } = defaultPolicy({ mode: 'Enforce', profile: 'Safe', engineVersion: '1', upstreams })
  expect(providers.map(({ baseUrl }) => baseUrl.hostname)).toEqual(['127.0.0.1', '127.0.0.1'])
})

describe('providers[].baseURL', () => {
  test.each(['0x7f.1', '2130706433', '127.1', '0177.0.0.1', '0x7f000001', '127.0.0.1.', 'a.1'])(
    'writes an address as one: not %s',
    (host) => {
      const { errors } = check({ baseURL: `http://${host}:8080/v1`, allowInsecure: true })
      expect(errors).toContain('baseURL: must write its address with four decimal numbers, such as 127.0.0.1')
    },
  )

  test.each(['127.0.0.1', '10.0.0.5:8000', '[::1]:8080', 'a1.example', 'gpt4', '7.example'])('may be at %s', (host) => {
    expect(check({ baseURL: `https://${host}/v1` }).errors).toEqual([])
  })
})

/** Good and bad policies: all else of a provider. */

import { ACCEPTED, type PolicyCase } from './policy-case.ts'

const NO_PROXY =
  'spec.providers[0].proxy: must be none, or the URL of an http or https proxy, such as http://proxy.example:3128'
const NO_CIDR = 'spec.providers[0].addresses[0]: must be an address or a CIDR such as 10.0.0.0/8'
const ADDRESSES = 'spec.providers[0].addresses: must be Public, Private, or a list of 1 to 64 CIDRs such as 10.0.0.0/8'
const DURATION = 'spec.providers[0].timeouts.connect: must be a duration such as 10s, 1h30m or none'
const TIMES = 'spec.providers[0].timeouts.total: must be between 1ms and 24h, or none'

function openai(fields: object): object {
  return { providers: [{ name: 'openai', ...fields }] }
}

function own(count: number): object {
  return Array.from({ length: count }, (_, n) => ({ name: `p${n}`, baseURL: 'https://llm.example' }))
}

export const PROVIDERS: readonly PolicyCase[] = [
  [
    'no provider in the list',
    { providers: [] },
    'spec.providers: must not have fewer than 1 items',
    'spec.providers: Invalid value: 0: spec.providers in body should have at least 1 items',
  ],
  [
    'every built-in provider',
    { providers: ['openai', 'anthropic', 'google', 'groq', 'bedrock', 'ollama'].map((name) => ({ name })) },
  ],
  ['16 providers', { providers: own(16) }],
  [
    '17 providers',
    { providers: own(17) },
    'spec.providers: must not have more than 16 items',
    'spec.providers: Too many: 17: must have at most 16 items',
  ],
  [
    'two providers of one name',
    { providers: [{ name: 'openai' }, { name: 'openai' }] },
    'spec.providers: must have different names',
  ],
  [
    'a provider without a name',
    { providers: [{ baseURL: 'https://llm.example' }] },
    'spec.providers[0].name: is required',
    'spec.providers[0].name: Required value',
  ],
  [
    'a name in upper case',
    { providers: [{ name: 'OpenAI' }] },
    'spec.providers[0].name: must be lower-case letters, digits and inner hyphens; spec.providers[0].baseURL: is required for a provider that is not built in',
    'spec.providers[0].name: Invalid value: "OpenAI": spec.providers[0].name in body should match its pattern; spec.providers[0].baseURL: Invalid value: is required for a provider that is not built in',
  ],
  [
    'a name that ends in a hyphen',
    { providers: [{ name: 'a-', baseURL: 'https://llm.example' }] },
    'spec.providers[0].name: must be lower-case letters, digits and inner hyphens',
    'spec.providers[0].name: Invalid value: "a-": spec.providers[0].name in body should match its pattern',
  ],
  [
    'a reserved name',
    { providers: [{ name: 'v1', baseURL: 'https://llm.example' }] },
    'spec.providers[0].name: is reserved: v1, api, health, stats, _m2m are paths of the sidecar itself',
  ],
  [
    'a provider that is not built in',
    { providers: [{ name: 'vllm' }] },
    'spec.providers[0].baseURL: is required for a provider that is not built in',
  ],
  ['its base URL', { providers: [{ name: 'vllm', baseURL: 'https://vllm.example/v1' }] }],
  [
    'a dialect of a later version',
    openai({ dialect: 'gemini' }),
    'spec.providers[0].dialect: gemini is not available in this version',
    'spec.providers[0].dialect: Unsupported value: "gemini": supported values: "openai", "anthropic", "ollama", "none"',
  ],
  ['the dialect none', openai({ dialect: 'none' })],
  ['a proxy', openai({ proxy: 'http://proxy.example:3128' })],
  ['no proxy at all', openai({ proxy: 'none' })],
  ['a proxy with a path', openai({ proxy: 'http://proxy.example/path' }), NO_PROXY],
  ['a SOCKS proxy', openai({ proxy: 'socks5://proxy.example:1080' }), NO_PROXY],
  [
    'a proxy with a password',
    openai({ proxy: 'http://u:p@proxy.example' }),
    'spec.providers[0].proxy: must carry no credentials, query or fragment: HTTPS_PROXY in the environment may hold a user and a password',
  ],
  [
    'a proxy at a short address',
    openai({ proxy: 'http://127.1:3128' }),
    'spec.providers[0].proxy: must write its address with four decimal numbers, such as 127.0.0.1',
  ],
  ['a certificate and its key', openai({ tls: { certFile: '/tls/tls.crt', keyFile: '/tls/tls.key' } })],
  [
    'a key without a certificate',
    openai({ tls: { keyFile: '/tls/tls.key' } }),
    'spec.providers[0].tls.keyFile: and certFile belong together: give both or neither',
  ],
  [
    'a certificate instead of its file',
    openai({ tls: { caFile: '-----BEGIN CERTIFICATE-----\nAAAA' } }),
    'spec.providers[0].tls.caFile: must be the path of a PEM file',
    'spec.providers[0].tls.caFile: Invalid value: "-----BEGIN CERTIFICATE-----\\nAAAA": spec.providers[0].tls.caFile in body should match its pattern',
  ],
  [
    'a verify that is no boolean',
    openai({ tls: { verify: 'no' } }),
    'spec.providers[0].tls.verify: must be true or false, not the string "no"',
    'spec.providers[0].tls.verify: Invalid value: "string": spec.providers[0].tls.verify in body must be of type boolean: "string"',
  ],
  ['public addresses', openai({ addresses: 'Public' })],
  ['ranges of addresses', openai({ addresses: ['10.0.0.0/8', 'fd00::/8', '127.0.0.1', '::ffff:192.0.2.1'] })],
  [
    'addresses in lower case',
    openai({ addresses: 'public' }),
    ADDRESSES,
    'spec.providers[0].addresses: Invalid value: "public": spec.providers[0].addresses in body should match its pattern',
  ],
  [
    'an empty list of addresses',
    openai({ addresses: [] }),
    ADDRESSES,
    'spec.providers[0].addresses: Invalid value: 0: spec.providers[0].addresses in body should have at least 1 items',
  ],
  [
    'a range of 33 bits',
    openai({ addresses: ['10.0.0.0/33'] }),
    NO_CIDR,
    'spec.providers[0].addresses[0]: Invalid value: "10.0.0.0/33": spec.providers[0].addresses[0] in body should match its pattern',
  ],
  [
    'a name among addresses',
    openai({ addresses: ['localhost'] }),
    NO_CIDR,
    'spec.providers[0].addresses[0]: Invalid value: "localhost": spec.providers[0].addresses[0] in body should match its pattern',
  ],
  [
    'a number among addresses',
    openai({ addresses: [7] }),
    `${NO_CIDR}, not the number 7`,
    'spec.providers[0].addresses[0]: Invalid value: "integer": spec.providers[0].addresses[0] in body must be of type string: "integer"',
  ],
  [
    'an IPv6 range that is none',
    openai({ addresses: ['1:2:3::4::5/64'] }),
    'spec.providers[0].addresses: has an item that is neither an address nor a CIDR',
    ACCEPTED,
  ],
  ['addresses that are a number', openai({ addresses: 7 }), `${ADDRESSES}, not the number 7`, ACCEPTED],
  ['addresses that are true', openai({ addresses: true }), `${ADDRESSES}, not the boolean true`, ACCEPTED],
  ['addresses that are an empty object', openai({ addresses: {} }), `${ADDRESSES}, not an object`, ACCEPTED],
  [
    'addresses that hold a key',
    openai({ addresses: { apiKey: 'x' } }),
    `${ADDRESSES}, not an object`,
    'spec.providers[0].addresses: Too many: 1: must have at most 0 items',
  ],
  ['timeouts', openai({ timeouts: { connect: '10s', firstByte: '1h30m', idle: '250ms', total: 'none' } })],
  ['a time-out of 24 hours', openai({ timeouts: { total: '24h' } })],
  ['a time-out of more', openai({ timeouts: { total: '24h1ms' } }), TIMES],
  [
    'a time-out of nothing',
    openai({ timeouts: { connect: '0s' } }),
    'spec.providers[0].timeouts.connect: must be between 1ms and 24h, or none',
  ],
  [
    'a time-out of seven digits',
    openai({ timeouts: { total: '9999999h' } }),
    'spec.providers[0].timeouts.total: must be a duration such as 10s, 1h30m or none',
    'spec.providers[0].timeouts.total: Invalid value: "9999999h": spec.providers[0].timeouts.total in body should match its pattern',
  ],
  ['a time-out of six digits, twice', openai({ timeouts: { total: '999999h999999h' } }), TIMES],
  [
    'a unit of time that is none',
    openai({ timeouts: { connect: '5x' } }),
    DURATION,
    'spec.providers[0].timeouts.connect: Invalid value: "5x": spec.providers[0].timeouts.connect in body should match its pattern',
  ],
  [
    'a time-out that is a number',
    openai({ timeouts: { connect: 5 } }),
    `${DURATION}, not the number 5`,
    'spec.providers[0].timeouts.connect: Invalid value: "integer": spec.providers[0].timeouts.connect in body must be of type string: "integer"',
  ],
  [
    'a time-out with a newline',
    openai({ timeouts: { connect: '5s\n' } }),
    DURATION,
    'spec.providers[0].timeouts.connect: Invalid value: "5s\\n": spec.providers[0].timeouts.connect in body should match its pattern',
  ],
  [
    'a time-out of another name',
    openai({ timeouts: { read: '5s' } }),
    'spec.providers[0].timeouts.read: unknown field; known are connect, firstByte, idle, total',
    'strict decoding error: unknown field "spec.providers[0].timeouts.read"',
  ],
]

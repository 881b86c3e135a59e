/** Who may ask: every combination of address, host, origin and site that decides. */

import { describe, expect, test } from 'vitest'
import { type Asked, createGuard, type GuardSettings } from '../../../sidecar/guard/index.ts'

const HERE = ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1']
const ELSEWHERE = [
  '10.1.2.3',
  '::ffff:10.1.2.3',
  'fd00::1',
  'fe80::1',
  '128.0.0.1',
  '127.0.0.1.evil.example',
  undefined,
]

interface Question {
  readonly from?: string | undefined
  readonly asked?: Asked
  readonly headers?: Readonly<Record<string, string>>
}

function isRefused(question: Question, settings: Partial<GuardSettings> = {}): boolean {
  const guard = createGuard({ allowedHosts: [], token: undefined, ...settings })
  return refusal(guard, question) !== undefined
}

function refusal(guard: ReturnType<typeof createGuard>, question: Question): string | undefined {
  const { asked = 'calls', headers = {} } = question
  const remoteAddress = 'from' in question ? question.from : '127.0.0.1'
  const error = guard.refusalOf({ headers: { host: '127.0.0.1:4141', ...headers }, socket: { remoteAddress } }, asked)
  if (error !== undefined) expect(error.code).toBe('CALLER_REFUSED')
  return error?.message
}

const OWN_NAMES = [
  'localhost',
  'LOCALHOST:4141',
  'localhost.:4141',
  '127.0.0.1',
  '127.0.0.1:4141',
  '127.255.0.9:1',
  '[::1]',
  '[::1]:4141',
  '[0:0:0:0:0:0:0:1]:4141',
  '[::ffff:127.0.0.1]:4141',
  '[::FFFF:7F00:1]',
]
const FOREIGN_NAMES = [
  '',
  'm2m',
  'evil.example',
  'evil.example:4141',
  'localhost.evil.example',
  'evil.localhost.example:4141',
  '127.0.0.1.evil.example',
  'localhost@evil.example',
  'localhost/',
  'localhost:4141:1',
  'localhost, evil.example',
  '[::1].evil.example',
  '[::ffff:10.0.0.1]',
  '[::',
  '10.1.2.3',
  '0.0.0.0:4141',
  '128.0.0.1',
]

describe('a caller on this machine', () => {
  test.each(OWN_NAMES)('may call it %s', (host) => {
    for (const from of HERE)
      for (const asked of ['calls', 'figures', 'probes'] as const) {
        expect(isRefused({ from, asked, headers: { host } })).toBe(false)
      }
  })

  test.each(FOREIGN_NAMES)('may not call it %j, whatever it asks for: DNS may have been pointed here', (host) => {
    for (const asked of ['calls', 'figures', 'probes'] as const)
      expect(isRefused({ asked, headers: { host } })).toBe(true)
  })

  test('may be a client of HTTP/1.0, which names no host', () => {
    const guard = createGuard({ allowedHosts: [], token: undefined })
    expect(guard.refusalOf({ headers: {}, socket: { remoteAddress: '127.0.0.1' } }, 'calls')).toBeUndefined()
  })

  test('needs no token', () => {
    expect(isRefused({}, { token: 'a-token-of-some-length' })).toBe(false)
  })
})

describe('a web page', () => {
  const host = '127.0.0.1:4142'

  test.each([
    {},
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin' },
    { origin: 'http://127.0.0.1:4142' },
    { origin: 'http://127.0.0.1:4142', 'sec-fetch-site': 'same-origin' },
  ])('of this port may ask: %j', (headers) => {
    expect(isRefused({ headers: { host, ...headers } })).toBe(false)
  })

  test.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'other' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: '' },
    { origin: 'file://' },
    { origin: 'http://localhost:3000' },
    { origin: 'http://127.0.0.1' },
    { origin: 'http://127.0.0.1:41421' },
    { origin: 'http://127.0.0.1:4142.evil.example' },
    { origin: 'http://127.0.0.1:4142, https://evil.example' },
    { origin: 'http://127.0.0.1:4142', 'sec-fetch-site': 'cross-site' },
    { origin: 'chrome-extension://abcdefghijklmnop' },
  ])('of another origin may not: %j', (headers) => {
    for (const asked of ['calls', 'figures', 'probes'] as const) {
      expect(isRefused({ asked, headers: { host, ...headers } })).toBe(true)
    }
  })
})

describe('allowed hosts', () => {
  const settings = { allowedHosts: ['m2m', 'App.Example:3000', 'localhost:5173', 'abcdefghijklmnop'] }

  test.each(['m2m', 'M2M:4141', 'm2m.:80', 'app.example:3000'])('are names of the sidecar: %s', (host) => {
    for (const from of ['127.0.0.1', '10.1.2.3']) expect(isRefused({ from, headers: { host } }, settings)).toBe(false)
  })

  test.each(['app.example', 'app.example:3001', 'm2m.example', 'xm2m'])('are whole: %s is none', (host) => {
    expect(isRefused({ headers: { host } }, settings)).toBe(true)
  })

  test.each(['http://m2m', 'http://localhost:5173', 'https://app.example:3000', 'chrome-extension://abcdefghijklmnop'])(
    'are origins whose pages may call: %s',
    (origin) => {
      expect(isRefused({ headers: { origin, 'sec-fetch-site': 'cross-site' } }, settings)).toBe(false)
    },
  )

  test('allow no other port of this machine', () => {
    expect(isRefused({ headers: { origin: 'http://localhost:3000' } }, settings)).toBe(true)
  })
})

describe('another machine', () => {
  test.each(ELSEWHERE)('gets calls and probes by an address, never figures: %s', (from) => {
    for (const host of ['10.1.2.3:4141', '[fd00::1]:4141', 'localhost:4141', '[::ffff:10.0.0.1]']) {
      expect(isRefused({ from, headers: { host } })).toBe(false)
      expect(isRefused({ from, asked: 'probes', headers: { host } })).toBe(false)
      expect(isRefused({ from, asked: 'figures', headers: { host } })).toBe(true)
    }
  })

  test('may not call by a name, which DNS may have pointed here; probes and scrapes may', () => {
    const headers = { host: 'm2m.default.svc:4142' }
    expect(isRefused({ from: '10.1.2.3', headers })).toBe(true)
    expect(isRefused({ from: '10.1.2.3', asked: 'probes', headers })).toBe(false)
  })

  test('must send the token, where there is one', () => {
    const token = 'a-token-of-some-length'
    const host = '10.1.2.3'
    const given = (value?: string): boolean => {
      const headers = value === undefined ? { host } : { host, 'x-m2m-token': value }
      return isRefused({ from: '10.9.9.9', headers }, { token })
    }
    expect([given(token), given(), given(''), given(`${token}x`), given(`${token}, ${token}`)]).toEqual([
      false,
      true,
      true,
      true,
      true,
    ])
    expect(isRefused({ from: '10.9.9.9', asked: 'probes', headers: { host } }, { token })).toBe(false)
  })
})

test('a refusal names the setting that lifts it, and nothing of the request', () => {
  const guard = createGuard({ allowedHosts: [], token: 'a-token-of-some-length' })
  const words = [
    refusal(guard, { headers: { host: 'canary.example' } }),
    refusal(guard, { headers: { origin: 'https://canary.example' } }),
    refusal(guard, { from: '10.9.9.9' }),
  ]
  expect(words[0]).toMatch(/--allowed-host/)
  expect(words[1]).toMatch(/--allowed-host/)
  expect(words[2]).toMatch(/M2M_PROXY_TOKEN/)
  expect(words.join()).not.toMatch(/canary|some-length/)
})

test('a name that was accepted from another machine is not accepted on this one', () => {
  const guard = createGuard({ allowedHosts: [], token: undefined })
  const headers = { host: '10.1.2.3' }
  expect(refusal(guard, { from: '10.9.9.9', headers })).toBeUndefined()
  expect(refusal(guard, { headers })).toBeDefined()
})

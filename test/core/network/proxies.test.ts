import { describe, expect, test } from 'vitest'
import { isProxyExempt, parseProxyUrl, proxyAuthorization } from '../../../src/core/network/index.ts'

const CASES: readonly (readonly [noProxy: string, exempt: string, through: string])[] = [
  ['*', 'api.openai.com 10.0.0.1 [::1]', ''],
  [
    'openai.com',
    'openai.com api.openai.com a.b.openai.com OpenAI.com. openai.com:8443',
    'notopenai.com openai.com.evil',
  ],
  ['.openai.com', 'api.openai.com openai.com', 'xopenai.com'],
  ['*.openai.com', 'api.openai.com', 'example.com'],
  ['openai.com:8443', 'api.openai.com:8443', 'api.openai.com openai.com:80'],
  ['a.example, b.example', 'a.example b.example', 'c.example'],
  ['a.example b.example\tc.example', 'a.example b.example c.example', 'd.example'],
  ['10.0.0.5', '10.0.0.5 10.0.0.5:99 [::ffff:10.0.0.5]', '10.0.0.6 10.0.0.5.example'],
  ['10.0.0.5:99', '10.0.0.5:99', '10.0.0.5'],
  ['10.0.0.0/8', '10.255.0.1', '11.0.0.1 name.example'],
  ['fd00::/8', '[fd12::1]', '[fe80::1] 10.0.0.1'],
  ['[fd12::1]', '[fd12::1]', '[fd12::2]'],
  ['[fd12::1]:443', '[fd12::1]', '[fd12::1]:99'],
  ['fd12::1', '[fd12::1]', '[fd12::2]'],
  ['', '', 'api.openai.com'],
  [', ,', '', 'api.openai.com'],
  ['.', '', 'api.openai.com'],
  ['svc.cluster.local', 'vllm.models.svc.cluster.local', 'cluster.local'],
  ['300.1.1.1/8,x/24,[::', '', 'api.openai.com 10.0.0.1'],
]

describe('NO_PROXY', () => {
  test.each(CASES)('%j', (noProxy, exempt, through) => {
    const asked = (list: string): [string, boolean][] =>
      list.split(' ').flatMap((host) => {
        if (host === '') return []
        const { hostname, port } = new URL(`https://${host}`)
        return [[host, isProxyExempt({ hostname, port: Number(port || 443) }, noProxy)]]
      })
    expect(asked(exempt).filter(([, isExempt]) => !isExempt)).toEqual([])
    expect(asked(through).filter(([, isExempt]) => isExempt)).toEqual([])
  })
})

describe('the URL of a proxy', () => {
  test.each([
    ['http://proxy.example:3128', 'http://proxy.example:3128/'],
    ['proxy.example:3128', 'http://proxy.example:3128/'],
    ['proxy.example', 'http://proxy.example/'],
    ['HTTPS://proxy.example', 'https://proxy.example/'],
    ['http://[fd00::1]:3128', 'http://[fd00::1]:3128/'],
    ['user:pw@proxy.example:1', 'http://user:pw@proxy.example:1/'],
  ])('%s', (text, href) => {
    expect(parseProxyUrl(text)?.href).toBe(href)
  })

  test.each(['socks5://proxy.example:1080', 'ftp://proxy.example', 'http://', 'http://a b', 'http://u:%ff@h'])(
    '%s is none',
    (text) => {
      expect(parseProxyUrl(text)).toBeUndefined()
    },
  )

  test('carries its user and password, percent-decoded', () => {
    const given = (text: string): string => {
      const value = proxyAuthorization(new URL(text)) ?? ''
      return Buffer.from(value.replace('Basic ', ''), 'base64').toString()
    }
    expect(given('http://me:s%3Ae%40c%2Fr%C3%A9t@h')).toBe('me:s:e@c/rét')
    expect(given('http://me@h')).toBe('me:')
    expect(proxyAuthorization(new URL('http://h'))).toBeUndefined()
  })
})

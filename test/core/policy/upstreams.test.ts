/** `--upstream`: its forms, and its mistakes. */

import { describe, expect, test } from 'vitest'
import { M2MError } from '../../../src/core/errors.ts'
import { defaultPolicy, parseUpstream, parseUpstreams, withUpstreams } from '../../../src/core/policy/index.ts'

describe('an upstream of the command line', () => {
  test.each([
    ['https://api.openai.com/v1', { name: 'openai', url: 'https://api.openai.com/v1' }],
    ['groq=https://api.groq.com', { name: 'groq', url: 'https://api.groq.com' }],
    ['my-gw=http://127.0.0.1:80/a=b', { name: 'my-gw', url: 'http://127.0.0.1:80/a=b' }],
    ['http://h/a=b', { name: 'openai', url: 'http://h/a=b' }],
    ['http://[::1]:8080/v1', { name: 'openai', url: 'http://[::1]:8080/v1' }],
    ['local=http://[::1]:8080', { name: 'local', url: 'http://[::1]:8080' }],
    ['claude:anthropic=https://h', { name: 'claude', dialect: 'anthropic', url: 'https://h' }],
    ['gemini:none=http://[fe80::1]/v1beta', { name: 'gemini', dialect: 'none', url: 'http://[fe80::1]/v1beta' }],
    ['a:ollama=http://h:1/x:openai=y', { name: 'a', dialect: 'ollama', url: 'http://h:1/x:openai=y' }],
  ])('%s', (text, upstream) => {
    expect(parseUpstream(text)).toEqual(upstream)
  })

  test.each([
    ['localhost:8080', 'must be an absolute http or https URL'],
    ['', 'must be an absolute http or https URL'],
    ['groq=', 'must be an absolute http or https URL'],
    ['https://h?x=1', 'must carry no credentials, query or fragment'],
    ['Groq=https://h', 'the name must be'],
    ['v1=https://h', 'the name v1 is reserved'],
    ['a:antropic=https://h', 'unknown dialect; did you mean anthropic?'],
    ['a:=https://h', 'unknown dialect; known are openai, anthropic, ollama, none'],
    ['a:gemini=https://h', 'the dialect gemini is not available in this version; none relays it'],
    ['http:openai', 'write URL, NAME=URL or NAME:DIALECT=URL'],
  ])('%j is refused: %s', (text, reason) => {
    expect(() => parseUpstream(text)).toThrow(reason)
  })

  test.each([
    [['https://api.openai.com/v1', 'https://api.anthropic.com'], 'openai'],
    [['a=http://h', 'openai=http://h', 'a:none=http://i'], 'a'],
  ])('two of one name are refused: %j', (texts, name) => {
    expect(() => parseUpstreams(texts)).toThrow(
      `two upstreams have the name ${name}; give each its own: NAME=URL (a URL alone is named openai)`,
    )
  })

  test('says the dialect of a provider of the policy as well', () => {
    const policy = defaultPolicy({ mode: 'Audit', profile: 'Safe', upstreams: [], engineVersion: '1' })
    const upstreams = ['ollama:openai=http://127.0.0.1:1', 'groq=http://127.0.0.1:2', 'relay:none=http://127.0.0.1:3']
    const dialects = withUpstreams(policy, upstreams.map(parseUpstream)).providers.map(({ name, dialect }) => [
      name,
      dialect,
    ])
    expect(dialects).toEqual(
      expect.arrayContaining([
        ['ollama', 'openai'],
        ['groq', 'openai'],
        ['relay', 'none'],
      ]),
    )
  })

  test('does not repeat a credential in its complaint', () => {
    const complain = (): unknown => parseUpstream('openai=https://user:hunter2@h/v1?key=hunter3')
    expect(complain).toThrow(M2MError)
    expect(complain).not.toThrow(/hunter/)
  })
})

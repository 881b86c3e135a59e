import { describe, expect, test } from 'vitest'
import { isHeldOut, type SessionSource, sessionId } from '../../../sidecar/session/index.ts'
import { dialectByName, readBody } from '../../../src/core/dialect/index.ts'

function read(
  body: unknown,
  name: 'openai-chat' | 'openai-responses' | 'anthropic-messages' = 'openai-chat',
): SessionSource {
  const source = readBody(Buffer.from(JSON.stringify(body)), dialectByName(name))
  if (source === undefined) throw new Error('the test body was not understood')
  return source
}

const opening = [
  { role: 'system', content: 'You help.' },
  { role: 'user', content: 'Fix the build.' },
]
const later = [...opening, { role: 'assistant', content: 'Looking.' }, { role: 'user', content: 'Thanks.' }]
const id = (messages: unknown, headers = {}, policy = 'team-a'): string =>
  sessionId(read({ model: 'gpt-4o', messages }), headers, policy)

describe('session identity', () => {
  test('is the same on every turn of a conversation', () => {
    expect(id(later)).toBe(id(opening))
  })

  test.each<[string, string]>([
    ['another policy', id(opening, {}, 'team-b')],
    ['another system text', id([{ role: 'system', content: 'You hinder.' }, opening[1]])],
    ['another first user text', id([opening[0], { role: 'user', content: 'Break the build.' }])],
    [
      'text that moved from system to user',
      id([
        { role: 'system', content: 'You' },
        { role: 'user', content: ' help.Fix the build.' },
      ]),
    ],
    ['a named session', id(opening, { 'x-m2m-session': 's-1' })],
  ])('differs with %s', (_name, other) => {
    expect(other).not.toBe(id(opening))
  })

  test('is the header, whatever the body says', () => {
    const headers = { 'x-m2m-session': 's-1' }
    expect(id([{ role: 'user', content: 'Something else.' }], headers, 'team-b')).toBe(id(opening, headers))
  })

  test('is the cache key of the body, whatever its text says', () => {
    const one = read({ model: 'gpt-4o', prompt_cache_key: 'k-1', messages: opening })
    const two = read({ model: 'gpt-4o', prompt_cache_key: 'k-1', messages: [{ role: 'user', content: 'Hello.' }] })
    expect(sessionId(one, {}, 'team-a')).toBe(sessionId(two, {}, 'team-a'))
    expect(sessionId(one, {}, 'team-a')).not.toBe(id(opening))
  })

  test('does not reveal the text that it is made of', () => {
    expect(id(opening, { 'x-m2m-session': 'alice@example.com' })).toMatch(/^[0-9a-f]{16}$/)
  })
})

describe('PC-21: the session of a request that continues a reply', () => {
  const replies = { sessionOf: (replyId: string) => (replyId === 'known' ? 'its session' : undefined) }
  const response = (previous: unknown) =>
    read({ model: 'gpt-5', previous_response_id: previous, input: 'And now?' }, 'openai-responses')
  const thread = (previous: unknown) =>
    read(
      { thread: { type: 'continue', previous_message_id: previous }, messages: [{ role: 'user', content: 'Now?' }] },
      'anthropic-messages',
    )

  test.each([
    ['a stored response', response],
    ['a thread', thread],
  ])('is that of the reply: %s', (_, request) => {
    expect(sessionId(request('known'), {}, 'team-a', replies)).toBe('its session')
    expect(sessionId(request('known'), { 'x-m2m-session': 's-1' }, 'team-a', replies)).toBe('its session')
  })

  test.each([
    ['a stored response', response],
    ['a thread', thread],
  ])('is that of the header where the reply is not known: %s', (_, request) => {
    for (const previous of ['unknown', '', 7, null]) {
      const headers = { 'x-m2m-session': 's-1' }
      expect(sessionId(request(previous), headers, 'team-a', replies)).toBe(id(opening, headers))
    }
  })
})

describe('holdout', () => {
  const ids = Array.from({ length: 2000 }, (_, i) => id(opening, { 'x-m2m-session': `session-${i}` }))
  const heldOut = (percent: number): string[] =>
    ids.filter((one) => isHeldOut(one, percent, { continuesResponse: false }))

  test('holds out about the configured share', () => {
    expect(heldOut(0)).toHaveLength(0)
    expect(heldOut(20).length).toBeGreaterThan(330)
    expect(heldOut(20).length).toBeLessThan(470)
  })

  test('keeps a session held out when the share grows', () => {
    const more = new Set(heldOut(20))
    expect(heldOut(5).every((one) => more.has(one))).toBe(true)
  })

  test('never holds out a call that continues a response', () => {
    expect(ids.some((one) => isHeldOut(one, 50, { continuesResponse: true }))).toBe(false)
  })
})

import { describe, expect, test } from 'vitest'
import { createMarker, RULES, text, words } from './requests.ts'

const MARK = { cache_control: { type: 'ephemeral' } }
const SYSTEM = [text('be kind'), text(words(2000))]

const start = (question: string, members: object = {}): object => ({
  model: 'claude-sonnet-5',
  system: SYSTEM,
  messages: [{ role: 'user', content: [text(question)] }],
  ...members,
})

const goesOn = (question: string, members: object = {}): object => ({
  model: 'claude-sonnet-5',
  system: SYSTEM,
  messages: [
    { role: 'user', content: [text(question)] },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'look', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'found' }] },
  ],
  ...members,
})

const marksOf = (sent: string): number => sent.match(/"cache_control"/g)?.length ?? 0

describe("at Anthropic's own API", () => {
  const marker = () => createMarker(RULES.automatic, 'anthropic-messages')

  test('marks a conversation at the top, and the end of its system text', () => {
    const { reason, body, sent } = marker().mark(goesOn('hello'))
    expect(reason).toBe('conversation')
    expect(body.cache_control).toEqual({ type: 'ephemeral' })
    expect(body.system).toEqual([SYSTEM[0], { ...SYSTEM[1], ...MARK }])
    expect(marksOf(sent)).toBe(2)
  })

  test('marks nothing in a first call whose shared prefix is new', () => {
    const { reason, source, sent } = marker().mark(start('hello'))
    expect([reason, sent]).toEqual(['first-call', source])
  })

  test('marks the system text that another call had', () => {
    const seen = marker()
    seen.mark(start('hello'))
    const { reason, body, sent } = seen.mark(start('goodbye'))
    expect(reason).toBe('shared-head')
    expect(body.system[1]).toEqual({ ...SYSTEM[1], ...MARK })
    expect(marksOf(sent)).toBe(1)
  })

  test('forgets a call when the provider forgets it', () => {
    const seen = marker()
    seen.mark(start('hello'))
    seen.wait(300_001)
    expect(seen.mark(start('goodbye')).reason).toBe('first-call')
  })

  test.each([
    ['another model', { model: 'claude-opus-5' }, 'account'],
    ['another account', {}, 'someone else'],
    ['other tools', { tools: [{ name: 'look', input_schema: {} }] }, 'account'],
  ])('does not share the history with %s', (_, members, scope) => {
    const seen = marker()
    seen.mark(start('hello'))
    expect(seen.mark(start('goodbye', members), scope).reason).toBe('first-call')
  })

  test('marks the end of a start that is asked again', () => {
    const seen = marker()
    seen.mark(start('hello'))
    const { reason, body } = seen.mark(start('hello'))
    expect([reason, body.cache_control]).toEqual(['repeated', { type: 'ephemeral' }])
  })

  test('marks the end of a start once such starts are continued, and the shared prefix is read', () => {
    const seen = marker()
    seen.mark(start('hello'))
    seen.mark(goesOn('hello'))
    const { reason, body } = seen.mark(start('goodbye'))
    expect([reason, body.cache_control]).toEqual(['shared-head', { type: 'ephemeral' }])
  })

  test('does not mark that end where a session that stops there would cost above 1.15', () => {
    const seen = marker()
    const long = words(30_000)
    seen.mark(start(`${long} hello`))
    seen.mark(goesOn(`${long} hello`))
    expect(seen.mark(start(`${long} goodbye`)).body.cache_control).toBeUndefined()
  })

  test('marks it all the same once eight of eight were continued, even where no shared prefix can be marked', () => {
    const seen = marker()
    const plain = { system: words(2000) }
    for (let session = 0; session < 8; session++) {
      expect(seen.mark(start(`question ${session}`, plain)).reason).toBe('first-call')
      seen.mark(goesOn(`question ${session}`, plain))
    }
    const { body, sent } = seen.mark(start('another', plain))
    expect([marksOf(sent), body.cache_control]).toEqual([1, { type: 'ephemeral' }])
  })

  test('does not mark the end of starts that are not continued', () => {
    const seen = marker()
    for (let call = 0; call < 20; call++) {
      seen.wait(5_000)
      expect(seen.mark(start(`document ${call}`)).body.cache_control).toBeUndefined()
    }
  })

  test('does not mark the end of calls that repeat their examples', () => {
    const seen = marker()
    const ask = (question: string) => {
      const { messages, ...rest } = goesOn('an example') as { messages: object[] }
      return seen.mark({ ...rest, messages: [...messages, { role: 'user', content: question }] })
    }
    const bodies = ['one', 'two', 'three', 'four'].map((question) => ask(question).body)
    expect(bodies.map(({ cache_control }) => cache_control !== undefined)).toEqual([true, true, false, false])
    expect(bodies[3].system[1]).toMatchObject(MARK)
  })

  test('does not mark the end where conversations usually stop', () => {
    const seen = marker()
    const plain = { system: words(2000) }
    for (let session = 0; session < 3; session++) seen.mark(goesOn(`question ${session}`, plain))
    seen.wait(61_000)
    const last = seen.mark(goesOn('another', plain))
    expect([last.reason, last.sent]).toEqual(['one-shot', last.source])
  })

  test('does not mark the end of a conversation that returns later than the TTL', () => {
    const seen = marker()
    seen.mark(goesOn('hello'))
    seen.wait(600_000)
    const late = seen.mark(goesOn('hello'))
    expect([late.reason, late.sent]).toEqual(['one-shot', late.source])
    const messages = [...(goesOn('hello') as { messages: object[] }).messages, { role: 'assistant', content: 'well' }]
    expect(seen.mark(goesOn('hello', { messages })).reason).toBe('conversation')
  })

  test('marks the message before a prefill', () => {
    const prefill = { role: 'assistant', content: [text('It is')] }
    const { messages, ...rest } = goesOn('hello') as { messages: object[] }
    const { body, sent } = marker().mark({ ...rest, messages: [...messages, prefill] })
    expect(body.messages[2].content[0]).toMatchObject(MARK)
    expect([marksOf(sent), body.cache_control]).toEqual([2, undefined])
    const first = { ...rest, messages: [...messages.slice(0, 1), prefill] }
    expect(marker().mark(first).reason).toBe('first-call')
  })

  test('marks a block once, and the turn before, however long the prefill is', () => {
    const much = Array.from({ length: 20 }, () => text('so'))
    const { messages, ...rest } = goesOn('hello') as { messages: object[] }
    const prefilled = marker().mark({ ...rest, messages: [...messages, { role: 'assistant', content: much }] })
    expect([marksOf(prefilled.sent), prefilled.body.messages[2].content[0]]).toMatchObject([2, MARK])
    const long = [
      { role: 'user', content: much },
      { role: 'assistant', content: 'It is' },
    ]
    const far = marker().mark({ ...rest, messages: [...messages.slice(0, 2), ...long] })
    expect([marksOf(far.sent), far.body.messages[0].content[0]]).toMatchObject([3, MARK])
  })

  test('marks nothing below the minimum', () => {
    const short = { ...goesOn('hello'), system: [text(words(900))] }
    expect(marker().mark(short)).toMatchObject({ reason: 'below-minimum' })
    const longTail = { ...goesOn(words(1000)), system: [text(words(900))] }
    const { body, sent } = marker().mark(longTail)
    expect([marksOf(sent), body.cache_control]).toEqual([1, { type: 'ephemeral' }])
  })

  test('does not turn a system text into blocks', () => {
    const { body, sent } = marker().mark(goesOn('hello', { system: words(2000) }))
    expect([marksOf(sent), body.cache_control]).toEqual([1, { type: 'ephemeral' }])
  })

  test('marks the end of the call before, if its tool calls are too many for the provider to find it', () => {
    const calls = Array.from({ length: 15 }, (_, index) => index)
    const messages = [
      { role: 'user', content: [text('go')] },
      { role: 'assistant', content: calls.map((id) => ({ type: 'tool_use', id, name: 'look', input: {} })) },
      { role: 'user', content: calls.map((id) => ({ type: 'tool_result', tool_use_id: id, content: 'found' })) },
    ]
    const { body, sent } = marker().mark({ ...goesOn(''), messages })
    expect(body.messages[0].content).toEqual([{ ...text('go'), ...MARK }])
    expect(marksOf(sent)).toBe(3)
  })
})

describe('in a message thread', () => {
  const marker = () => createMarker(RULES.automatic, 'anthropic-messages')

  test.each([
    ['the request that creates it', goesOn('hello', { thread: { type: 'create' } })],
    ['its first call', start('hello', { thread: { type: 'create' } })],
    ['one that continues it', { ...goesOn('hello'), thread: { type: 'continue', previous_message_id: 'msg_1' } }],
    ['one of a kind to come', goesOn('hello', { thread: 'auto' })],
  ])('PC-30: adds nothing to %s', (_, request) => {
    const seen = marker()
    for (const question of ['one', 'two']) seen.mark(start(question))
    const { reason, source, sent } = seen.mark(request)
    expect([reason, sent]).toEqual(['thread', source])
  })

  test('marks a request whose thread is null', () => {
    expect(marker().mark(goesOn('hello', { thread: null })).reason).toBe('conversation')
  })
})

describe('at other hosts of Claude', () => {
  const marker = () => createMarker(RULES.explicit, 'anthropic-messages')

  test('marks the last block of system text and of the last message', () => {
    const { body, sent } = marker().mark(goesOn('hello'))
    expect(body.system[1]).toMatchObject(MARK)
    expect(body.messages[2].content[0]).toMatchObject(MARK)
    expect([marksOf(sent), body.cache_control]).toEqual([2, undefined])
  })

  test.each([
    ['a plain string', 'thanks'],
    ['an empty text', [text('thanks'), text('')]],
    ['a thought', [{ type: 'thinking', thinking: 'so', signature: 's' }]],
  ])('marks the block before when the last message ends with %s', (_, content) => {
    const { messages, ...rest } = goesOn('hello') as { messages: object[] }
    const { body, sent } = marker().mark({ ...rest, messages: [...messages, { role: 'user', content }] })
    expect(body.messages[2].content[0]).toMatchObject(MARK)
    expect(marksOf(sent)).toBe(2)
  })

  test('marks nothing where all contents are plain strings', () => {
    const messages = ['user', 'assistant', 'user'].map((role) => ({ role, content: words(800) }))
    const { source, sent } = marker().mark({ model: 'claude-sonnet-5', system: words(2000), messages })
    expect(sent).toBe(source)
  })
})

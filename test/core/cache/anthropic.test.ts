import { describe, expect, test } from 'vitest'
import { createKeeper, RULES, text, words } from './requests.ts'

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
  const keeper = () => createKeeper(RULES.automatic, 'anthropic-messages')

  test('marks a conversation at the top, and the end of its system text', () => {
    const { reason, body, sent } = keeper().keep(goesOn('hello'))
    expect(reason).toBe('conversation')
    expect(body.cache_control).toEqual({ type: 'ephemeral' })
    expect(body.system).toEqual([SYSTEM[0], { ...SYSTEM[1], ...MARK }])
    expect(marksOf(sent)).toBe(2)
  })

  test('marks nothing of a first call that nothing like it was seen of', () => {
    const { reason, source, sent } = keeper().keep(start('hello'))
    expect([reason, sent]).toEqual(['first-call', source])
  })

  test('marks the system text that another call had', () => {
    const seen = keeper()
    seen.keep(start('hello'))
    const { reason, body, sent } = seen.keep(start('goodbye'))
    expect(reason).toBe('shared-head')
    expect(body.system[1]).toEqual({ ...SYSTEM[1], ...MARK })
    expect(marksOf(sent)).toBe(1)
  })

  test('forgets what it saw when the provider has', () => {
    const seen = keeper()
    seen.keep(start('hello'))
    seen.wait(300_001)
    expect(seen.keep(start('goodbye')).reason).toBe('first-call')
  })

  test.each([
    ['another model', { model: 'claude-opus-5' }, 'account'],
    ['another account', {}, 'someone else'],
    ['other tools', { tools: [{ name: 'look', input_schema: {} }] }, 'account'],
  ])('does not take %s for the same', (_, members, scope) => {
    const seen = keeper()
    seen.keep(start('hello'))
    expect(seen.keep(start('goodbye', members), scope).reason).toBe('first-call')
  })

  test('marks the end of a start that is asked again', () => {
    const seen = keeper()
    seen.keep(start('hello'))
    const { reason, body } = seen.keep(start('hello'))
    expect([reason, body.cache_control]).toEqual(['repeated', { type: 'ephemeral' }])
  })

  test('marks the end of a start once such starts are known to go on, and the head is read', () => {
    const seen = keeper()
    seen.keep(start('hello'))
    seen.keep(goesOn('hello'))
    const { reason, body } = seen.keep(start('goodbye'))
    expect([reason, body.cache_control]).toEqual(['shared-head', { type: 'ephemeral' }])
  })

  test('leaves that end alone where a session that stops there would cost above 1.15', () => {
    const seen = keeper()
    const long = words(30_000)
    seen.keep(start(`${long} hello`))
    seen.keep(goesOn(`${long} hello`))
    expect(seen.keep(start(`${long} goodbye`)).body.cache_control).toBeUndefined()
  })

  test('marks it all the same once eight of eight have gone on, even where no head can be marked', () => {
    const seen = keeper()
    const plain = { system: words(2000) }
    for (let session = 0; session < 8; session++) {
      expect(seen.keep(start(`question ${session}`, plain)).reason).toBe('first-call')
      seen.keep(goesOn(`question ${session}`, plain))
    }
    const { body, sent } = seen.keep(start('another', plain))
    expect([marksOf(sent), body.cache_control]).toEqual([1, { type: 'ephemeral' }])
  })

  test('leaves the end of starts alone that do not go on', () => {
    const seen = keeper()
    for (let call = 0; call < 20; call++) {
      seen.wait(5_000)
      expect(seen.keep(start(`document ${call}`)).body.cache_control).toBeUndefined()
    }
  })

  test('writes no ends of calls that bring their examples along', () => {
    const seen = keeper()
    const ask = (question: string) => {
      const { messages, ...rest } = goesOn('an example') as { messages: object[] }
      return seen.keep({ ...rest, messages: [...messages, { role: 'user', content: question }] })
    }
    const bodies = ['one', 'two', 'three', 'four'].map((question) => ask(question).body)
    expect(bodies.map(({ cache_control }) => cache_control !== undefined)).toEqual([true, true, false, false])
    expect(bodies[3].system[1]).toMatchObject(MARK)
  })

  test('writes no end of conversations that are known to stop there', () => {
    const seen = keeper()
    const plain = { system: words(2000) }
    for (let session = 0; session < 3; session++) seen.keep(goesOn(`question ${session}`, plain))
    seen.wait(61_000)
    const last = seen.keep(goesOn('another', plain))
    expect([last.reason, last.sent]).toEqual(['one-shot', last.source])
  })

  test('writes no end of a conversation that comes back later than the TTL', () => {
    const seen = keeper()
    seen.keep(goesOn('hello'))
    seen.wait(600_000)
    const late = seen.keep(goesOn('hello'))
    expect([late.reason, late.sent]).toEqual(['one-shot', late.source])
    const messages = [...(goesOn('hello') as { messages: object[] }).messages, { role: 'assistant', content: 'well' }]
    expect(seen.keep(goesOn('hello', { messages })).reason).toBe('conversation')
  })

  test('marks what stands before words that are put in the mouth of the model', () => {
    const prefill = { role: 'assistant', content: [text('It is')] }
    const { messages, ...rest } = goesOn('hello') as { messages: object[] }
    const { body, sent } = keeper().keep({ ...rest, messages: [...messages, prefill] })
    expect(body.messages[2].content[0]).toMatchObject(MARK)
    expect([marksOf(sent), body.cache_control]).toEqual([2, undefined])
    const first = { ...rest, messages: [...messages.slice(0, 1), prefill] }
    expect(keeper().keep(first).reason).toBe('first-call')
  })

  test('marks a block once, and the turn before, however much is put in the mouth of the model', () => {
    const much = Array.from({ length: 20 }, () => text('so'))
    const { messages, ...rest } = goesOn('hello') as { messages: object[] }
    const prefilled = keeper().keep({ ...rest, messages: [...messages, { role: 'assistant', content: much }] })
    expect([marksOf(prefilled.sent), prefilled.body.messages[2].content[0]]).toMatchObject([2, MARK])
    const long = [
      { role: 'user', content: much },
      { role: 'assistant', content: 'It is' },
    ]
    const far = keeper().keep({ ...rest, messages: [...messages.slice(0, 2), ...long] })
    expect([marksOf(far.sent), far.body.messages[0].content[0]]).toMatchObject([3, MARK])
  })

  test('marks nothing below the minimum', () => {
    const short = { ...goesOn('hello'), system: [text(words(900))] }
    expect(keeper().keep(short)).toMatchObject({ reason: 'below-minimum' })
    const longTail = { ...goesOn(words(1000)), system: [text(words(900))] }
    const { body, sent } = keeper().keep(longTail)
    expect([marksOf(sent), body.cache_control]).toEqual([1, { type: 'ephemeral' }])
  })

  test('does not turn a system text into blocks', () => {
    const { body, sent } = keeper().keep(goesOn('hello', { system: words(2000) }))
    expect([marksOf(sent), body.cache_control]).toEqual([1, { type: 'ephemeral' }])
  })

  test('marks where the call before ended when it made too many calls to be found from the end', () => {
    const calls = Array.from({ length: 15 }, (_, index) => index)
    const messages = [
      { role: 'user', content: [text('go')] },
      { role: 'assistant', content: calls.map((id) => ({ type: 'tool_use', id, name: 'look', input: {} })) },
      { role: 'user', content: calls.map((id) => ({ type: 'tool_result', tool_use_id: id, content: 'found' })) },
    ]
    const { body, sent } = keeper().keep({ ...goesOn(''), messages })
    expect(body.messages[0].content).toEqual([{ ...text('go'), ...MARK }])
    expect(marksOf(sent)).toBe(3)
  })
})

describe('at other hosts of Claude', () => {
  const keeper = () => createKeeper(RULES.explicit, 'anthropic-messages')

  test('marks the last block of system text and of the last message', () => {
    const { body, sent } = keeper().keep(goesOn('hello'))
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
    const { body, sent } = keeper().keep({ ...rest, messages: [...messages, { role: 'user', content }] })
    expect(body.messages[2].content[0]).toMatchObject(MARK)
    expect(marksOf(sent)).toBe(2)
  })

  test('marks nothing where all contents are plain strings', () => {
    const messages = ['user', 'assistant', 'user'].map((role) => ({ role, content: words(800) }))
    const { source, sent } = keeper().keep({ model: 'claude-sonnet-5', system: words(2000), messages })
    expect(sent).toBe(source)
  })
})

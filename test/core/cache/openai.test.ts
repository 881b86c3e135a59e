import { describe, expect, test } from 'vitest'
import { createKeeper, RULES, text, words } from './requests.ts'

const BREAKPOINT = { prompt_cache_breakpoint: { mode: 'explicit' } }
const SYSTEM = text(words(2000))

const start = (question: string, members: object = {}): object => ({
  model: 'gpt-5.6',
  messages: [
    { role: 'system', content: [SYSTEM] },
    { role: 'user', content: question },
  ],
  ...members,
})

const goesOn = (question: string): object => ({
  model: 'gpt-5.6',
  messages: [
    { role: 'system', content: [SYSTEM] },
    { role: 'user', content: question },
    { role: 'assistant', content: 'well' },
    { role: 'user', content: 'yes?' },
  ],
})

describe('at OpenAI before GPT-5.6', () => {
  test('adds a key that calls with the same head share, and nothing else', () => {
    const keeper = createKeeper(RULES.implicit, 'openai-chat')
    const [one, other, different] = [
      keeper.keep(start('hello')),
      keeper.keep(goesOn('goodbye')),
      keeper.keep(start('hello', { tools: [{ type: 'function', function: { name: 'look' } }] })),
    ]
    expect(one.reason).toBe('key')
    expect(one.body.prompt_cache_key).toMatch(/^m2m-[0-9a-f]{32}$/)
    expect(other.body.prompt_cache_key).toBe(one.body.prompt_cache_key)
    expect(different.body.prompt_cache_key).not.toBe(one.body.prompt_cache_key)
    const { prompt_cache_key: _, ...rest } = one.body
    expect(rest).toEqual(start('hello'))
  })

  test('adds none where there is nothing to share', () => {
    const { source, sent } = createKeeper(RULES.implicit, 'openai-chat').keep({
      model: 'gpt-5',
      messages: [{ role: 'user', content: words(2000) }],
    })
    expect(sent).toBe(source)
  })

  test('adds none to a request that is too short to be cached', () => {
    const keeper = createKeeper(RULES.implicit, 'openai-chat')
    const { source, sent } = keeper.keep({ model: 'gpt-5', messages: [{ role: 'user', content: 'hello' }] })
    expect(sent).toBe(source)
  })
})

describe('at OpenAI from GPT-5.6 on', () => {
  const keeper = () => createKeeper(RULES.breakpoint, 'openai-chat')

  test('puts a breakpoint behind system text in blocks, and leaves the end to the implicit mode', () => {
    for (const request of [start('hello'), goesOn('hello')]) {
      const { body } = keeper().keep(request)
      expect(body.messages[0].content[0]).toEqual({ ...SYSTEM, ...BREAKPOINT })
      expect(body.prompt_cache_options).toBeUndefined()
    }
  })

  test('puts none where system text is a plain string', () => {
    const messages = [
      { role: 'system', content: words(2000) },
      { role: 'user', content: [text('hello')] },
    ]
    const { sent, body } = keeper().keep({ model: 'gpt-5.6', messages })
    expect(sent).not.toContain('breakpoint')
    expect(body.messages).toEqual(messages)
  })

  test('switches the implicit breakpoint off once calls of this kind are known not to go on', () => {
    const seen = keeper()
    const bodies = Array.from({ length: 20 }, (_, call) => {
      seen.wait(1000)
      return seen.keep(start(`document ${call} ${words(500)}`))
    })
    expect(bodies[3]?.body.prompt_cache_options).toBeUndefined()
    expect(bodies.at(-1)).toMatchObject({
      reason: 'one-shot',
      body: { prompt_cache_options: { mode: 'explicit' }, messages: [{ content: [BREAKPOINT] }, {}] },
    })
  })

  test('leaves the surcharge away as well where nothing can be marked, once there is hardly a doubt', () => {
    const seen = keeper()
    const ask = (call: number) => ({
      model: 'gpt-5.6',
      messages: [{ role: 'user', content: `${call} ${words(2000)}` }],
    })
    for (let call = 0; call < 60; call++) {
      seen.wait(1000)
      expect(seen.keep(ask(call)).body.prompt_cache_options).toBeUndefined()
    }
    seen.wait(300_000)
    const { body, sent } = seen.keep(ask(60))
    expect(body.prompt_cache_options).toEqual({ mode: 'explicit' })
    expect(sent).not.toContain('breakpoint')
  })

  test('needs as little doubt where the head is too short to make up for a wrong guess', () => {
    const seen = keeper()
    for (let call = 0; call < 30; call++) {
      seen.wait(1000)
      const { reason, body } = seen.keep(start(`document ${call} ${words(4000)}`))
      expect([reason, body.prompt_cache_options]).toEqual(['shared-head', undefined])
    }
    seen.wait(300_000)
    expect(seen.keep(start(`the last one ${words(4000)}`)).reason).toBe('one-shot')
  })

  test('never switches it off for a conversation, nor for starts that go on', () => {
    const seen = keeper()
    for (let call = 0; call < 40; call++) {
      seen.wait(1000)
      seen.keep(start(`document ${call}`))
    }
    expect(seen.keep(goesOn('document 1')).body.prompt_cache_options).toBeUndefined()
    const chats = keeper()
    for (let call = 0; call < 40; call++) {
      chats.wait(1000)
      expect(chats.keep(start(`chat ${call}`)).body.prompt_cache_options).toBeUndefined()
      chats.wait(40_000)
      chats.keep(goesOn(`chat ${call}`))
    }
  })

  test('leaves it on for a conversation that comes back later than the TTL and may be quick again', () => {
    const seen = keeper()
    seen.keep(goesOn(`hello ${words(4000)}`))
    seen.wait(1_800_001)
    expect(seen.keep(goesOn(`hello ${words(4000)}`)).body.prompt_cache_options).toBeUndefined()
  })

  test('switches it off for calls that bring their examples along, where the head makes up for a wrong guess', () => {
    const seen = keeper()
    const ask = (question: string) => {
      const { messages, ...rest } = goesOn('an example') as { messages: object[] }
      return seen.keep({ ...rest, messages: [...messages, { role: 'user', content: question }] })
    }
    const modes = ['one', 'two', 'three', 'four'].map((question) => ask(question).body.prompt_cache_options?.mode)
    expect(modes).toEqual([undefined, undefined, 'explicit', 'explicit'])
  })

  test('sees that calls go on again', () => {
    const seen = keeper()
    for (let call = 0; call < 20; call++) {
      seen.wait(1000)
      seen.keep(start(`document ${call}`))
    }
    expect(seen.keep(start('now')).reason).toBe('one-shot')
    for (let call = 0; call < 20; call++) seen.keep(goesOn(`document ${call}`))
    expect(seen.keep(start('then')).reason).toBe('shared-head')
  })

  test('leaves calls alone that go on from a state kept at the provider', () => {
    const responses = createKeeper(RULES.breakpoint, 'openai-responses')
    for (const state of [{ previous_response_id: 'resp_1' }, { conversation: 'conv_1' }]) {
      const { reason, source, sent } = responses.keep({ model: 'gpt-5.6', input: words(2000), ...state })
      expect([reason, sent]).toEqual(['stored-state', source])
    }
  })

  test('marks the instructions of Responses where they are items with blocks', () => {
    const responses = createKeeper(RULES.breakpoint, 'openai-responses')
    const { body } = responses.keep({
      model: 'gpt-5.6',
      instructions: 'be kind',
      input: [
        { role: 'developer', content: [{ type: 'input_text', text: words(2000) }] },
        { role: 'user', content: 'hello' },
      ],
    })
    expect(body.input[0].content[0]).toMatchObject(BREAKPOINT)
    expect(body.instructions).toBe('be kind')
  })
})

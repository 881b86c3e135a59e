import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assertProperty } from '../../support/assert-property.ts'
import { createMarker, RULES, text, words } from './requests.ts'

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
  test('adds one key to calls with the same shared prefix, and nothing else', () => {
    const marker = createMarker(RULES.implicit, 'openai-chat')
    const [one, other, different] = [
      marker.mark(start('hello')),
      marker.mark(goesOn('goodbye')),
      marker.mark(start('hello', { tools: [{ type: 'function', function: { name: 'look' } }] })),
    ]
    expect(one.reason).toBe('key')
    expect(one.body.prompt_cache_key).toMatch(/^m2m-[0-9a-f]{32}$/)
    expect(other.body.prompt_cache_key).toBe(one.body.prompt_cache_key)
    expect(different.body.prompt_cache_key).not.toBe(one.body.prompt_cache_key)
    const { prompt_cache_key: _, ...rest } = one.body
    expect(rest).toEqual(start('hello'))
  })

  // Pods of several versions send the calls of one application, and the provider's cache is found by the key.
  test.each([10, 16_000, 16_310, 16_320, 16_330, 16_384, 40_000])(
    'names a shared prefix of %d letters by the same hash in every process',
    (letters) => {
      const system = { role: 'system', content: `é${'a'.repeat(letters)}` }
      const request = { model: 'gpt-5', messages: [system, { role: 'user', content: words(2000) }] }
      const { body } = createMarker(RULES.implicit, 'openai-chat').mark(request)
      const hash = createHash('sha256')
        .update(`["account","gpt-5"]\0${JSON.stringify(system)}`)
        .digest('hex')
      expect(body.prompt_cache_key).toBe(`m2m-${hash.slice(0, 32)}`)
    },
  )

  test('adds none where there is no shared prefix', () => {
    const { source, sent } = createMarker(RULES.implicit, 'openai-chat').mark({
      model: 'gpt-5',
      messages: [{ role: 'user', content: words(2000) }],
    })
    expect(sent).toBe(source)
  })

  test('adds none to a request that is too short to be cached', () => {
    const marker = createMarker(RULES.implicit, 'openai-chat')
    const { source, sent } = marker.mark({ model: 'gpt-5', messages: [{ role: 'user', content: 'hello' }] })
    expect(sent).toBe(source)
  })
})

test('a request has the same key whether or not anything is predicted for it', () => {
  const part = fc.constantFrom('one', 'two', words(600), words(1200))
  const request = fc.record({
    model: fc.constantFrom('a', 'b'),
    system: fc.constantFrom('', 'you are brief', words(700)),
    texts: fc.array(part, { minLength: 1, maxLength: 5 }),
  })
  assertProperty(
    fc.property(fc.array(request, { minLength: 2, maxLength: 12 }), (requests) => {
      const markers = [RULES.implicit, RULES.breakpoint].map((rules) =>
        createMarker({ ...rules, minTokens: 1 }, 'openai-chat'),
      )
      for (const { model, system, texts } of requests) {
        const turns = texts.map((content, at) => ({ role: at % 2 === 0 ? 'user' : 'assistant', content }))
        const messages = system === '' ? turns : [{ role: 'system', content: system }, ...turns]
        const [key, keyOfPredicted] = markers.map((marker) => marker.mark({ model, messages }).body.prompt_cache_key)
        expect(key).toBe(keyOfPredicted)
      }
    }),
  )
})

test('a conversation that begins below the least length keeps the key of its beginning', () => {
  const marker = createMarker(RULES.implicit, 'openai-chat')
  const history = (system: string, ...rest: object[]) => ({
    model: 'gpt-5',
    messages: [{ role: 'system', content: system }, { role: 'user', content: 'hello' }, ...rest],
  })
  const answer = { role: 'assistant', content: 'well' }
  const first = marker.mark(history('short'))
  const second = marker.mark(history('short', answer, { role: 'user', content: words(2000) }))
  const edited = marker.mark(history('edited', answer, { role: 'user', content: words(2000) }))
  expect(first.reason).toBe('below-minimum')
  expect(second.body.prompt_cache_key).toMatch(/^m2m-/)
  expect(edited.body.prompt_cache_key).toBe(second.body.prompt_cache_key)
})

describe('at OpenAI from GPT-5.6 on', () => {
  const marker = () => createMarker(RULES.breakpoint, 'openai-chat')

  test('puts a breakpoint after system text in blocks, and leaves the end to the implicit mode', () => {
    for (const request of [start('hello'), goesOn('hello')]) {
      const { body } = marker().mark(request)
      expect(body.messages[0].content[0]).toEqual({ ...SYSTEM, ...BREAKPOINT })
      expect(body.prompt_cache_options).toBeUndefined()
    }
  })

  test('puts none where system text is a plain string', () => {
    const messages = [
      { role: 'system', content: words(2000) },
      { role: 'user', content: [text('hello')] },
    ]
    const { sent, body } = marker().mark({ model: 'gpt-5.6', messages })
    expect(sent).not.toContain('breakpoint')
    expect(body.messages).toEqual(messages)
  })

  test('switches the implicit breakpoint off once such calls are known to end', () => {
    const seen = marker()
    const bodies = Array.from({ length: 20 }, (_, call) => {
      seen.wait(1000)
      return seen.mark(start(`document ${call} ${words(500)}`))
    })
    expect(bodies[3]?.body.prompt_cache_options).toBeUndefined()
    expect(bodies.at(-1)).toMatchObject({
      reason: 'one-shot',
      body: { prompt_cache_options: { mode: 'explicit' }, messages: [{ content: [BREAKPOINT] }, {}] },
    })
  })

  test('avoids the surcharge where nothing can be marked, once such calls count as abandoned', () => {
    const seen = marker()
    const ask = (call: number) => ({
      model: 'gpt-5.6',
      messages: [{ role: 'user', content: `${call} ${words(2000)}` }],
    })
    for (let call = 0; call < 60; call++) {
      seen.wait(1000)
      expect(seen.mark(ask(call)).body.prompt_cache_options).toBeUndefined()
    }
    seen.wait(300_000)
    const { body, sent } = seen.mark(ask(60))
    expect(body.prompt_cache_options).toEqual({ mode: 'explicit' })
    expect(sent).not.toContain('breakpoint')
  })

  test('waits for the same certainty where the shared prefix is too short to pay for a wrong guess', () => {
    const seen = marker()
    for (let call = 0; call < 30; call++) {
      seen.wait(1000)
      const { reason, body } = seen.mark(start(`document ${call} ${words(4000)}`))
      expect([reason, body.prompt_cache_options]).toEqual(['shared-head', undefined])
    }
    seen.wait(300_000)
    expect(seen.mark(start(`the last one ${words(4000)}`)).reason).toBe('one-shot')
  })

  test('never switches it off for a conversation, nor for starts that are continued', () => {
    const seen = marker()
    for (let call = 0; call < 40; call++) {
      seen.wait(1000)
      seen.mark(start(`document ${call}`))
    }
    expect(seen.mark(goesOn('document 1')).body.prompt_cache_options).toBeUndefined()
    const chats = marker()
    for (let call = 0; call < 40; call++) {
      chats.wait(1000)
      expect(chats.mark(start(`chat ${call}`)).body.prompt_cache_options).toBeUndefined()
      chats.wait(40_000)
      chats.mark(goesOn(`chat ${call}`))
    }
  })

  test('leaves it on for a conversation that returns later than the TTL and may be quick again', () => {
    const seen = marker()
    seen.mark(goesOn(`hello ${words(4000)}`))
    seen.wait(1_800_001)
    expect(seen.mark(goesOn(`hello ${words(4000)}`)).body.prompt_cache_options).toBeUndefined()
  })

  test('switches it off for calls that repeat their examples, where the shared prefix pays for a wrong guess', () => {
    const seen = marker()
    const ask = (question: string) => {
      const { messages, ...rest } = goesOn('an example') as { messages: object[] }
      return seen.mark({ ...rest, messages: [...messages, { role: 'user', content: question }] })
    }
    const modes = ['one', 'two', 'three', 'four'].map((question) => ask(question).body.prompt_cache_options?.mode)
    expect(modes).toEqual([undefined, 'explicit', 'explicit', 'explicit'])
  })

  test('notices that calls are continued again', () => {
    const seen = marker()
    for (let call = 0; call < 20; call++) {
      seen.wait(1000)
      seen.mark(start(`document ${call}`))
    }
    expect(seen.mark(start('now')).reason).toBe('one-shot')
    for (let call = 0; call < 20; call++) seen.mark(goesOn(`document ${call}`))
    expect(seen.mark(start('then')).reason).toBe('shared-head')
  })

  test('leaves calls unchanged that continue a state stored at the provider', () => {
    const responses = createMarker(RULES.breakpoint, 'openai-responses')
    for (const state of [{ previous_response_id: 'resp_1' }, { conversation: 'conv_1' }]) {
      const { reason, source, sent } = responses.mark({ model: 'gpt-5.6', input: words(2000), ...state })
      expect([reason, sent]).toEqual(['stored-state', source])
    }
  })

  test('marks the instructions of Responses where they are items with blocks', () => {
    const responses = createMarker(RULES.breakpoint, 'openai-responses')
    const { body } = responses.mark({
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

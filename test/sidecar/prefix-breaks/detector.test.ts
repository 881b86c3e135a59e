import { beforeEach, describe, expect, test } from 'vitest'
import { assistant, openPractice, type Practice, RULES, system, TALK, tool, turns, user } from './visits.ts'

let practice: Practice

beforeEach(() => {
  practice = openPractice()
})

const NOTHING = [undefined, undefined, undefined, undefined]

describe('what breaks a prefix', () => {
  test.each<[string, string, object[]]>([
    [
      'a time stamp in the system text',
      'system',
      [1, 3, 5, 7].map((n) => ({ messages: [system(`It is 10:0${n}.`), ...TALK.slice(0, n)] })),
    ],
    [
      'a tool list in another order',
      'tools[0]',
      [1, 3, 5, 7]
        .map((n) => ({
          tools: n % 4 === 1 ? [tool('a'), tool('b')] : [tool('b'), tool('a')],
          messages: [RULES, ...TALK.slice(0, n)],
        }))
        .slice(0, 2),
    ],
    [
      'the same question at another time',
      'system',
      [1, 2, 3].map((n) => ({ messages: [system(`Today is Monday. It is 10:0${n}. Be brief.`), user('u1')] })),
    ],
    [
      'the same question with the tools in another order',
      'tools[0]',
      [
        { tools: [tool('a'), tool('b')], messages: [RULES, user('u1')] },
        { tools: [tool('b'), tool('a')], messages: [RULES, user('u1')] },
      ],
    ],
    [
      'a tool that is gone',
      'tools[1]',
      [
        { tools: [tool('a'), tool('b')], messages: TALK.slice(0, 3) },
        { tools: [tool('a')], messages: TALK.slice(0, 5) },
      ],
    ],
    [
      'a tool that came later',
      'tools[1]',
      [
        { tools: [tool('a')], messages: [RULES, ...TALK.slice(0, 3)] },
        { tools: [tool('a'), tool('b')], messages: [RULES, ...TALK.slice(0, 5)] },
      ],
    ],
    [
      'another shape of the reply',
      'response_format',
      [
        { response_format: { type: 'json_object' }, messages: [RULES, ...TALK.slice(0, 3)] },
        { response_format: { type: 'text' }, messages: [RULES, ...TALK.slice(0, 5)] },
      ],
    ],
    [
      'a message of the history that was edited',
      'messages[3]',
      [
        { messages: [RULES, ...TALK.slice(0, 5)] },
        { messages: [RULES, ...TALK.slice(0, 2), user('cleared'), ...TALK.slice(3)] },
      ],
    ],
    [
      'a history whose oldest messages were dropped',
      'messages[1]',
      [{ messages: [RULES, ...TALK.slice(0, 5)] }, { messages: [RULES, ...TALK.slice(2)] }],
    ],
    [
      'an answer of the model that was rewritten',
      'messages[2]',
      [
        { messages: [RULES, ...TALK.slice(0, 5)] },
        { messages: [RULES, user('u1'), assistant('A1'), ...TALK.slice(2)] },
      ],
    ],
    [
      'a last message that was changed once it was answered',
      'messages[3]',
      [
        { messages: [RULES, ...TALK.slice(0, 2), user('u2, at 10:01')] },
        { messages: [RULES, ...TALK.slice(0, 4), user('u3, at 10:02')] },
      ],
    ],
  ])('is found: %s', (_what, place, bodies) => {
    const [first, ...later] = practice.places(bodies)
    expect(first).toBeUndefined()
    expect(later).toEqual(later.map(() => place))
  })

  test('is found when the session has another identity on each turn', () => {
    const bodies = [1, 3, 5, 7].map((n) => ({ messages: [system(`It is 10:0${n}.`), ...TALK.slice(0, n)] }))
    const places = bodies.map((body, i) => practice.examine(body, { session: `s${i}` })?.at)
    expect(places).toEqual([undefined, 'system', 'system', 'system'])
  })

  test('is named by its place in the request: Anthropic', () => {
    const text = (value: string): object => ({ type: 'text', text: value })
    const body = (rules: string, count: number): object => ({
      system: [text('Be kind.'), text(rules)],
      messages: TALK.slice(0, count),
    })
    const visit = { dialect: 'anthropic-messages' } as const
    expect(practice.places([body('a', 1), body('b', 3), body('b', 5)], visit)).toEqual([undefined, 'system', undefined])
  })

  test('is named by its place in the request: Responses', () => {
    const body = (instructions: string, input: object[]): object => ({ instructions, input })
    const edited = [user('u1'), assistant('a1'), user('U2'), ...TALK.slice(3)]
    const bodies = [
      body('a', TALK.slice(0, 1)),
      body('b', TALK.slice(0, 3)),
      body('b', TALK.slice(0, 5)),
      body('b', edited),
    ]
    const visit = { dialect: 'openai-responses' } as const
    expect(practice.places(bodies, visit)).toEqual([undefined, 'system', undefined, 'input[2]'])
  })

  test('is found although a shorter request came between', () => {
    const edited = [...TALK.slice(0, 4), user('cleared'), ...TALK.slice(5), assistant('a4'), user('u5')]
    const bodies = [...turns(), ...turns().slice(1, 2), { messages: [RULES, ...edited] }]
    expect(practice.places(bodies)).toEqual([...NOTHING, undefined, 'messages[5]'])
  })

  test('is reported once: the session continues from there', () => {
    const edited = [user('u1'), assistant('a1'), user('cleared'), ...TALK.slice(3)]
    const bodies = [turns()[2], turns(edited)[3], turns([...edited, assistant('a4'), user('u5')])[3]]
    expect(practice.places(bodies as object[])).toEqual([undefined, 'messages[3]', undefined])
  })
})

describe('what breaks no prefix', () => {
  test('a history that grows', () => {
    expect(practice.places(turns())).toEqual(NOTHING)
  })

  test('the same request again', () => {
    expect(practice.places([...turns(), ...turns().slice(3), ...turns().slice(3)])).toEqual([
      ...NOTHING,
      undefined,
      undefined,
    ])
  })

  test('a shorter history that continues in another way', () => {
    const another = [...TALK.slice(0, 3), assistant('b2'), user('v3'), assistant('b3'), user('v4')]
    expect(practice.places([...turns(), turns()[1]!, ...turns(another).slice(2), ...turns().slice(3)])).toEqual(
      Array.from({ length: 8 }, () => undefined),
    )
  })

  test('attempts at one task side by side', () => {
    const attempt = (name: string): object[] =>
      turns([
        user('u1'),
        assistant(`${name}1`),
        user('same'),
        assistant(`${name}2`),
        user('same'),
        assistant(`${name}3`),
        user('same'),
      ])
    const [a, b, c] = [attempt('a'), attempt('b'), attempt('c')]
    const mixed = [0, 1, 2, 3].flatMap((turn) => [a[turn]!, b[turn]!, c[turn]!])
    expect(practice.places(mixed).filter(Boolean)).toEqual([])
  })

  test('sub-agents with a system text and tools of their own', () => {
    const sub = turns(
      [user('look'), assistant('b1'), user('r1'), assistant('b2'), user('r2'), assistant('b3'), user('r3')],
      [system('You look things up.')],
    )
    expect(practice.places(turns().flatMap((body, i) => [body, sub[i]!])).filter(Boolean)).toEqual([])
  })

  test('two agents that are asked the same', () => {
    const other = turns(
      [user('u1'), assistant('b1'), user('r1'), assistant('b2'), user('r2'), assistant('b3'), user('r3')],
      [system('You criticise.')],
    )
    for (const session of ['s', 't']) {
      const places = turns().flatMap((body, i) => [
        practice.examine(body)?.at,
        practice.examine(other[i]!, { session })?.at,
      ])
      expect(places.filter(Boolean)).toEqual([])
    }
  })

  test('a side question about the unchanged history on each turn', () => {
    const asked = turns().map((body) => ({
      messages: [...(body as { messages: object[] }).messages, user('Give this a title.')],
    }))
    expect(practice.places(turns().flatMap((body, i) => [body, asked[i]!])).filter(Boolean)).toEqual([])
  })

  test('a side question about the history under another system text, except the first', () => {
    const asked = turns(TALK, [system('You give titles.')]).map((body) => ({
      messages: [...(body as { messages: object[] }).messages, user('Give this a title.')],
    }))
    const places = practice.places(turns().flatMap((body, i) => [body, asked[i] ?? {}]))
    expect(places.filter(Boolean).length).toBeLessThanOrEqual(1)
  })

  test('a side question about the history under a short system text', () => {
    const rules = system('Be brief. '.repeat(20))
    for (const head of [[system('You give titles.')], []]) {
      practice = openPractice()
      const places = turns(TALK, [rules]).flatMap((body, i) => {
        const messages = [...head, ...TALK.slice(0, 2 * i + 1), assistant('a'), user('Give this a title.')]
        return [practice.examine(body)?.at, practice.examine({ messages }, { session: `side${i}` })?.at]
      })
      expect(places.filter(Boolean)).toEqual([])
    }
  })

  test('another model', () => {
    const stamped = turns(TALK, [system('It is 11:00.')])
    expect(practice.places(turns().slice(0, 2))).toEqual([undefined, undefined])
    expect(practice.places(stamped.slice(2), { model: 'another' })).toEqual([undefined, undefined])
  })

  test('a conversation that shares nothing with the last one', () => {
    expect(practice.places([...turns(), { messages: [RULES, user('something else')] }])[4]).toBeUndefined()
  })

  test('cache marks that move with the conversation', () => {
    const mark = { cache_control: { type: 'ephemeral' } }
    const bodies = [1, 3, 5].map((count) => ({
      system: [{ type: 'text', text: 'Be brief.', ...(count > 1 && mark) }],
      messages: TALK.slice(0, count).map((message, i) => {
        const { role, content } = message as { role: string; content: string }
        return i === count - 1 ? { role, content: [{ type: 'text', text: content, ...mark }] } : message
      }),
    }))
    expect(practice.places(bodies, { dialect: 'anthropic-messages' })).toEqual([undefined, undefined, undefined])
  })

  test('cache marks inside of results, in any place of a block', () => {
    const mark = { cache_control: { type: 'ephemeral' } }
    const result = (members: object, inner: object): object =>
      user([
        {
          ...members,
          type: 'tool_result',
          tool_use_id: 't',
          content: [{ type: 'text', text: 'r', ...inner }, { type: 'image' }],
        },
      ])
    const bodies = [result({}, {}), result(mark, {}), result({}, mark)].map((last, i) => ({
      messages: [...TALK.slice(0, 2), last, ...[assistant('a2'), user('u3'), assistant('a3')].slice(0, i)],
    }))
    expect(practice.places(bodies, { dialect: 'anthropic-messages' })).toEqual([undefined, undefined, undefined])
  })
})

/** Results that a program at the provider reads: never rewritten, never counted (PC-10, PC-11, PC-21). */

import { describe, expect, test } from 'vitest'
import { type DialectName, dialectByName, type KnownCalls, readBody } from '../../../src/core/dialect/index.ts'
import { textOf } from '../../../src/core/json/index.ts'

const TEXT = 'pods'
const ASK = { role: 'user', content: 'look' }

interface Told {
  readonly isBlock: boolean
  readonly isBilled: boolean
  readonly tool: string | undefined
}

function told(name: DialectName, body: object, known?: KnownCalls): Told {
  const { tape, facts } = readBody(Buffer.from(JSON.stringify(body)), dialectByName(name), known)!
  const isResult = ({ node }: { node: number }): boolean => textOf(tape, node) === TEXT
  const block = facts.blocks.find(isResult)
  // A block that is only kept gets no form that it was not sent in before.
  const changed = block?.isKeptOnly ? undefined : block
  return { isBlock: changed !== undefined, isBilled: facts.billed.some(isResult), tool: changed?.tool }
}

const REWRITTEN = { isBlock: true, isBilled: true }
const LEFT = { isBlock: false, isBilled: true, tool: undefined }
const UNSEEN = { isBlock: false, isBilled: false, tool: undefined }

const DIRECT = { type: 'direct' }
const CONTAINER = { type: 'code_execution_20260120', tool_id: 'srvtoolu_1' }
const PROGRAM = { type: 'program', caller_id: 'prog_1' }

/** How a dialect writes a call, its result, and a definition. */
interface Shape {
  readonly name: DialectName
  /** A request; `undefined` for a call that is not in it. */
  body(call: object | undefined, result: object, members?: object): object
  tool(members: object): object
  readonly programs: readonly unknown[]
}

const SHAPES: readonly Shape[] = [
  {
    name: 'anthropic-messages',
    body: (call, result, members) => ({
      messages: [
        ASK,
        {
          role: 'assistant',
          content: call ? [{ type: 'tool_use', id: 'a', name: 'show', input: {}, ...call }] : 'so',
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: TEXT, ...result }] },
      ],
      ...members,
    }),
    tool: (members) => ({ name: 'show', input_schema: { type: 'object' }, ...members }),
    programs: [CONTAINER, { ...CONTAINER, type: 'code_execution_20250825' }, { type: 'of tomorrow' }, {}, 'program'],
  },
  {
    name: 'openai-responses',
    body: (call, result, members) => ({
      input: [
        ASK,
        ...(call ? [{ type: 'function_call', call_id: 'a', name: 'show', arguments: '{}', ...call }] : []),
        { type: 'function_call_output', call_id: 'a', output: TEXT, ...result },
      ],
      ...members,
    }),
    tool: (members) => ({ type: 'function', name: 'show', parameters: {}, ...members }),
    programs: [PROGRAM, { type: 'of tomorrow' }, {}, 'program'],
  },
  {
    name: 'openai-chat',
    body: (call, result, members) => ({
      messages: [
        ASK,
        {
          role: 'assistant',
          content: null,
          tool_calls: call ? [{ id: 'a', type: 'function', function: { name: 'show', arguments: '{}' }, ...call }] : [],
        },
        { role: 'tool', tool_call_id: 'a', content: TEXT, ...result },
      ],
      ...members,
    }),
    tool: (members) => ({ type: 'function', function: { name: 'show', ...members } }),
    programs: [CONTAINER, PROGRAM],
  },
]

describe.each(SHAPES)('PC-10: $name', ({ name, body, tool, programs }) => {
  test.each(programs)('leaves and does not count the result of a call by %j', (caller) => {
    expect(told(name, body({ caller }, {}))).toEqual(UNSEEN)
  })

  test.each(programs)('leaves and does not count a result that says %j itself', (caller) => {
    expect(told(name, body({}, { caller }))).toEqual(UNSEEN)
    expect(told(name, body({ caller: DIRECT }, { caller }))).toEqual(UNSEEN)
    expect(told(name, body(undefined, { caller }))).toEqual(UNSEEN)
    expect(told(name, body({ caller }, { caller: DIRECT }))).toEqual(UNSEEN)
  })

  test.each([{}, { caller: null }, { caller: DIRECT }])('rewrites the result of a call with %j', (call) => {
    expect(told(name, body(call, {}))).toEqual({ ...REWRITTEN, tool: 'show' })
    expect(told(name, body(call, { caller: DIRECT }))).toEqual({ ...REWRITTEN, tool: 'show' })
  })

  test('counts a caller that is said twice as a program', () => {
    const text = JSON.stringify(body({ caller: DIRECT }, {}))
    const twice: string = text.replace('"caller":', '"caller":{"type":"direct"},"caller":')
    const read = readBody(Buffer.from(twice), dialectByName(name))
    expect(read?.facts.blocks).toEqual([])
  })

  const knowing = (isDirect: boolean): KnownCalls => ({
    of: (id) => (id === 'a' ? { tool: 'list', isDirect } : undefined),
  })

  test('PC-21: takes the tool and the caller of a call that is not in the request from earlier replies', () => {
    expect(told(name, body(undefined, {}), knowing(true))).toEqual({ ...REWRITTEN, tool: 'list' })
    expect(told(name, body(undefined, {}), knowing(false))).toEqual(UNSEEN)
    const tools = [tool({ allowed_callers: ['direct', 'programmatic'] })]
    expect(told(name, body(undefined, {}, { tools }), knowing(true))).toEqual({ ...REWRITTEN, tool: 'list' })
  })

  test.each([
    [{ allowed_callers: ['direct', 'programmatic'] }],
    [{ allowed_callers: ['code_execution_20260521'] }],
    [{ allowed_callers: 'all' }],
    [{ type: 'programmatic_tool_calling' }],
    [{ tools: [{ name: 'inner', allowed_callers: ['programmatic'] }] }],
  ])('leaves the result of an unknown call where a tool has %j', (members) => {
    const named = { name: 'other' }
    expect(told(name, body(undefined, named, { tools: [tool(members)] }))).toEqual(LEFT)
  })

  test.each([[{ allowed_callers: ['direct'] }], [{ allowed_callers: null }], [{}]])(
    'rewrites the result of an unknown call where the tools have %j',
    (members) => {
      expect(told(name, body(undefined, { name: 'other' }, { tools: [tool(members)] }))).toMatchObject(REWRITTEN)
    },
  )

  test('PC-11: leaves the result of a tool with an output schema when the caller is unknown', () => {
    const tools = [tool({ output_schema: { type: 'array' } })]
    expect(told(name, body({}, {}, { tools }))).toEqual(LEFT)
    expect(told(name, body({ caller: DIRECT }, {}, { tools }))).toEqual({ ...REWRITTEN, tool: 'show' })
    expect(told(name, body({}, {}, { tools: [tool({ output_schema: null })] }))).toMatchObject(REWRITTEN)
    expect(told(name, body(undefined, {}, { tools }), { of: () => ({ tool: 'show', isDirect: true }) })).toMatchObject(
      REWRITTEN,
    )
  })
})

describe('PC-10: a conversation that the provider keeps', () => {
  const output = { type: 'function_call_output', call_id: 'a', name: 'show', output: TEXT }
  test.each([[{ previous_response_id: 'resp_1' }], [{ conversation: 'conv_1' }], [{ conversation: { id: 'conv_1' } }]])(
    'leaves a result whose call and tools are both at the provider: %j',
    (members) => {
      expect(told('openai-responses', { input: [output], ...members })).toEqual(LEFT)
      const tools = [{ type: 'function', name: 'show' }]
      expect(told('openai-responses', { input: [output], tools, ...members })).toEqual({ ...REWRITTEN, tool: 'show' })
    },
  )

  const thread = { type: 'continue', previous_message_id: 'msg_1' }
  const messages = [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: TEXT }] }]
  const known: KnownCalls = { of: () => ({ tool: 'show', isDirect: true }) }

  test('PC-21: takes a result in the first message of a `continue` for a result like any other', () => {
    expect(told('anthropic-messages', { messages, thread }, known)).toEqual({ ...REWRITTEN, tool: 'show' })
    expect(told('anthropic-messages', { messages, thread })).toEqual(LEFT)
    const tools = [{ name: 'show', input_schema: {} }]
    expect(told('anthropic-messages', { messages, thread, tools })).toMatchObject(REWRITTEN)
    expect(told('anthropic-messages', { messages, thread: { type: 'create' }, tools }, known)).toEqual(LEFT)
  })

  test('takes a result behind a summary for one where the summary stands before its call', () => {
    const use = { type: 'tool_use', id: 'a', name: 'show', input: {} }
    const kept = [{ role: 'assistant', content: [{ type: 'compaction', content: 'so far' }, use] }, ...messages]
    expect(told('anthropic-messages', { messages: kept })).toEqual({ ...REWRITTEN, tool: 'show' })
  })
})

describe('PC-10: other results', () => {
  test.each(['custom_tool_call', 'shell_call', 'apply_patch_call', 'a_call_of_tomorrow'])(
    'of a %s by a program are not counted',
    (type) => {
      const call = { type, call_id: 'a', name: 'show', caller: PROGRAM }
      const input = [ASK, call, { type: `${type}_output`, call_id: 'a', output: TEXT }]
      expect(told('openai-responses', { input })).toEqual(UNSEEN)
    },
  )

  test("of the provider's own tools, called by a program, are not counted", () => {
    const part = { type: 'mcp_tool_result', tool_use_id: 's', content: [{ type: 'text', text: TEXT }] }
    const body = (caller: object): object => ({
      messages: [ASK, { role: 'assistant', content: [{ ...part, caller }] }],
    })
    expect(told('anthropic-messages', body(CONTAINER))).toEqual(UNSEEN)
    expect(told('anthropic-messages', body(DIRECT))).toEqual(LEFT)
  })

  test('learn the definitions that come in a message before them, and no later ones', () => {
    const added = { type: 'additional_tools', role: 'developer', tools: [{ name: 'show', output_schema: {} }] }
    const call = { type: 'function_call', call_id: 'a', name: 'show', arguments: '{}' }
    const output = { type: 'function_call_output', call_id: 'a', output: TEXT }
    expect(told('openai-responses', { input: [ASK, added, call, output] })).toEqual(LEFT)
    expect(told('openai-responses', { input: [ASK, call, output, added] })).toMatchObject(REWRITTEN)
  })
})

describe('hostile input', () => {
  test('10,000 forged call ids are read in one pass, and nothing is taken from them', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `forged-${index}`)
    const tools = Array.from({ length: 500 }, (_, index) => ({ name: `t${index}`, allowed_callers: ['programmatic'] }))
    const input = ids.map((id) => ({ type: 'function_call_output', call_id: id, output: TEXT }))
    let asked = 0
    const known: KnownCalls = { of: () => void asked++ }
    expect(told('openai-responses', { input: [ASK, ...input], tools }, known)).toEqual(LEFT)
    expect(asked).toBe(ids.length)
  })

  test('a name of an object in every language is no call', () => {
    for (const id of ['constructor', '__proto__', 'toString']) {
      const input = [ASK, { type: 'function_call_output', call_id: id, output: TEXT }]
      expect(told('openai-responses', { input })).toEqual(LEFT)
    }
  })

  test('definitions whose names are written with escapes are read', () => {
    const text = JSON.stringify({
      input: [
        { type: 'function_call', call_id: 'a', name: 'show', arguments: '{}' },
        { type: 'function_call_output', call_id: 'a', output: TEXT },
      ],
      tools: [{ name: 'show', output_schema: {} }],
    }).replace('output_schema', 'output\\u005fschema')
    expect(readBody(Buffer.from(text), dialectByName('openai-responses'))?.facts.blocks).toMatchObject([
      { isKeptOnly: true },
    ])
  })
})

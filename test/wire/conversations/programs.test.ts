/** Results that a program at the provider reads: the stand-in runs it, and fails when it cannot parse (PC section 3). */

import { describe, expect } from 'vitest'
import type { Edge } from '../../support/edge.ts'
import { TOOLS } from '../../support/provider/agents/anthropic-agent.ts'
import type { OpenAIAgent } from '../../support/provider/agents/openai-agent.ts'
import { lastResults, statuses, test } from '../../support/provider/conversation.ts'
import { spacedOrders } from '../../support/tool-results.ts'

const SPEC = { compression: { profile: 'Balanced' } }
const ORDERS = spacedOrders(1)

type Caller = { readonly type: string; readonly [member: string]: unknown }

const ANTHROPIC_CALLERS: readonly Caller[] = [
  { type: 'code_execution_20250825', tool_id: 'srvtoolu_1' },
  { type: 'code_execution_20260120', tool_id: 'srvtoolu_1' },
  { type: 'a_caller_of_tomorrow' },
]
const PROGRAM: Caller = { type: 'program', caller_id: 'call_0' }
const DIRECT: Caller = { type: 'direct' }

describe('Anthropic', () => {
  test.for(ANTHROPIC_CALLERS)(
    'PC-10: the result of a call by $type arrives as it was sent',
    async (caller, { withAnthropic }) => {
      const { provider, agent, operator } = await withAnthropic({ spec: SPEC })
      await agent.ask({ plan: { calls: [{ name: 'find_orders', caller }] } })
      agent.answer([{ text: ORDERS }])
      await agent.ask()
      expect(lastResults(provider)).toEqual([ORDERS])
      expect(statuses(provider)).toEqual([200, 200])
      await expect.poll(() => operator.edge.calls().map((line) => line['tokens_saved'] ?? 0)).toEqual([0, 0])
    },
  )

  test('PC-10: the result of a direct call is rewritten', async ({ withAnthropic }) => {
    const { provider, agent } = await withAnthropic({ spec: SPEC })
    await agent.ask({ plan: { calls: [{ name: 'find_orders', caller: DIRECT }] } })
    agent.answer([{ text: ORDERS }])
    await agent.ask()
    expect(lastResults(provider)[0]?.length).toBeLessThan(ORDERS.length)
  })

  test.for([false, true])(
    'PC-10: the call in an earlier turn of a thread tells who reads (stream: %s)',
    async (isStream, { withThread }) => {
      const { provider, agent } = await withThread({ spec: SPEC })
      const [caller] = ANTHROPIC_CALLERS
      await agent.ask({ plan: { calls: [{ name: 'find_orders', caller: caller! }] }, isStream })
      agent.answer([{ text: ORDERS }])
      await agent.ask({ plan: { calls: [{ name: 'find_orders', caller: DIRECT }] }, isStream })
      expect(lastResults(provider)).toEqual([ORDERS])
      agent.answer([{ text: ORDERS }])
      await agent.ask()
      expect(lastResults(provider)[0]?.length).toBeLessThan(ORDERS.length)
      expect(statuses(provider)).toEqual([200, 200, 200])
    },
  )

  test('PC-1: a client that leaves the caller out keeps the forms of its results over a restart', async ({
    withAnthropic,
  }) => {
    const allowed_callers = ['direct' as const, 'code_execution_20260120' as const]
    const tools = TOOLS.map((tool) => ({ ...tool, allowed_callers }))
    const { provider, agent, operator } = await withAnthropic({ spec: SPEC, agent: { fields: { tools } } })
    for (let turn = 0; turn < 4; turn++) {
      if (turn === 2) await operator.restart()
      agent.options.url = operator.edge.url
      await agent.ask()
      for (const call of agent.pending) Reflect.deleteProperty(call, 'caller')
      agent.answer([{ text: ORDERS }])
    }
    expect(statuses(provider)).toEqual([200, 200, 200, 200])
    // Nobody knows who reads the result of the call that was made before the restart.
    const [first, second] = lastResults(provider)
    expect(first?.length).toBeLessThan(ORDERS.length)
    expect(second).toBe(ORDERS)
  })

  test('PC-10: a result that a program reads is not counted as input', async ({ withAnthropic }) => {
    const { operator } = await withAnthropic({ spec: SPEC })
    const bodyWith = (content: string): object => ({
      model: 'claude-opus-5-5',
      max_tokens: 1,
      messages: [
        { role: 'user', content: 'a' },
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 't', name: 'f', input: {}, caller: ANTHROPIC_CALLERS[0] }],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content }] },
      ],
    })
    expect(await countedTokens(operator.edge, bodyWith(ORDERS))).toBe(await countedTokens(operator.edge, bodyWith('1')))
  })
})

describe('OpenAI', () => {
  type Where = 'the call' | 'the output' | 'both'

  async function answered(agent: OpenAIAgent, caller: Caller, where: Where): Promise<void> {
    await agent.ask({ plan: { calls: [{ name: 'find_orders', ...(where !== 'the output' && { caller }) }] } })
    agent.answer([{ text: ORDERS }])
    if (where !== 'the call') Object.assign(agent.items.at(-1)!, { caller })
    await agent.ask()
  }

  test.for(
    (['the call', 'the output', 'both'] as const).flatMap((where) =>
      [PROGRAM, { type: 'a_caller_of_tomorrow' }].map((caller) => ({ where, caller })),
    ),
  )(
    'PC-10: a result arrives as it was sent when $where names $caller.type',
    async ({ where, caller }, { withOpenAI }) => {
      const { provider, agent, operator } = await withOpenAI({ spec: SPEC })
      await answered(agent, caller, where)
      expect(lastResults(provider)).toEqual([ORDERS])
      expect(statuses(provider)).toEqual([200, 200])
      await expect.poll(() => operator.edge.calls().map((line) => line['tokens_saved'] ?? 0)).toEqual([0, 0])
    },
  )

  test.for(['the call', 'the output', 'both'] as const)(
    'PC-10: a result is rewritten when %s names the model',
    async (where, { withOpenAI }) => {
      const { provider, agent } = await withOpenAI({ spec: SPEC })
      await answered(agent, DIRECT, where)
      expect(lastResults(provider)[0]?.length).toBeLessThan(ORDERS.length)
    },
  )

  test.for([false, true])(
    'PC-10: the call in an earlier response tells who reads (stream: %s)',
    async (isStream, { withOpenAI }) => {
      const { provider, agent } = await withOpenAI({ spec: SPEC, agent: { isStored: true } })
      await agent.ask({ plan: { calls: [{ name: 'find_orders', caller: PROGRAM }] }, isStream })
      agent.answer([{ text: ORDERS }])
      await agent.ask({ plan: { calls: [{ name: 'find_orders', caller: DIRECT }] }, isStream })
      expect(lastResults(provider)).toEqual([ORDERS])
      agent.answer([{ text: ORDERS }])
      await agent.ask()
      expect(lastResults(provider)[0]?.length).toBeLessThan(ORDERS.length)
      expect(statuses(provider)).toEqual([200, 200, 200])
    },
  )

  test('PC-10: a call that nobody remembers is left alone where a tool may be called by programs', async ({
    withOpenAI,
  }) => {
    const tool = { type: 'function', name: 'find_orders', parameters: {}, strict: false } as const
    const tools = [{ ...tool, allowed_callers: ['direct' as const, 'programmatic' as const] }]
    const { provider, agent, operator } = await withOpenAI({
      spec: SPEC,
      hasState: false,
      agent: { isStored: true, fields: { tools } },
    })
    await agent.ask({ plan: { calls: [{ name: 'find_orders', caller: PROGRAM }] } })
    await operator.restart()
    agent.options.url = operator.edge.url
    agent.answer([{ text: ORDERS }])
    await agent.ask()
    expect(lastResults(provider)).toEqual([ORDERS])
    expect(statuses(provider)).toEqual([200, 200])
  })

  test('PC-11: a tool with an output schema is left alone when nobody knows who calls it', async ({ withOpenAI }) => {
    const tool = { type: 'function', name: 'find_orders', parameters: {}, strict: false } as const
    const tools = [{ ...tool, output_schema: { type: 'array' } }]
    const { provider, agent, operator } = await withOpenAI({
      spec: SPEC,
      hasState: false,
      agent: { isStored: true, fields: { tools } },
    })
    await agent.ask()
    await operator.restart()
    agent.options.url = operator.edge.url
    agent.answer([{ text: ORDERS }])
    await agent.ask()
    expect(lastResults(provider)).toEqual([ORDERS])
  })
})

/** The engine's own count of a request. */
async function countedTokens({ post }: Edge, body: object): Promise<number> {
  const reply = await post('/v1/compress?dialect=anthropic-messages', JSON.stringify(body))
  return ((await reply.json()) as { report: { tokens: { original: number } } }).report.tokens.original
}

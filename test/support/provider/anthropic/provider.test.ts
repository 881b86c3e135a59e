/** The stand-in itself: what its provider compares, and what it lets pass. */

import type Anthropic from '@anthropic-ai/sdk'
import { test as base, describe, expect } from 'vitest'
import { closeAfterTest } from '../../wire.ts'
import { AnthropicAgent, type AnthropicAgentOptions, refusalOf } from '../agents/anthropic-agent.ts'
import { type AnthropicOptions, type AnthropicProvider, startAnthropic } from './provider.ts'

const test = base.extend(
  'start',
  ({ onTestFinished }) =>
    (options?: AnthropicOptions): Promise<AnthropicProvider> =>
      closeAfterTest(startAnthropic(options), onTestFinished),
)

const BOUND =
  /^messages\.1\.content\.0: Invalid `signature` in `thinking` block\. The block is bound to a different conv/
const CONTROLS = 'thinking-binding-controls-2026-08-01'

/** An agent that has answered two turns of calls, and asks for the third. */
async function afterTwoTurns(url: string, options: Partial<AnthropicAgentOptions> = {}): Promise<AnthropicAgent> {
  const agent = new AnthropicAgent({ url, opening: 'Which orders are open?', ...options })
  for (const text of ['[{"id": 1}]', '[{"id": 2}]']) {
    await agent.ask()
    agent.answer([{ text }])
  }
  return agent
}

type Messages = AnthropicAgent['messages']
type Blocks = Anthropic.Beta.BetaContentBlockParam[]

function blocks(messages: Messages, at: number): Blocks {
  return messages[at]!.content as Blocks
}

function result(messages: Messages, at: number): Anthropic.Beta.BetaToolResultBlockParam {
  return blocks(messages, at)[0] as Anthropic.Beta.BetaToolResultBlockParam
}

/** Each edits a history of two turns. */
const COUNTED: Readonly<Record<string, (messages: Messages) => unknown>> = {
  'an edit of an earlier result': (messages) => Object.assign(result(messages, 2), { content: 'other' }),
  'white space inside a text': (messages) => Object.assign(result(messages, 2), { content: '[{"id":  1}]' }),
  'a text block more': (messages) => blocks(messages, 2).push({ type: 'text', text: 'more' }),
  'another opening': (messages) => Object.assign(messages[0]!, { content: 'other' }),
  'an edit of a call': (messages) => Object.assign(blocks(messages, 1)[2]!, { input: { page: 0 } }),
}
const FREE: Readonly<Record<string, (messages: Messages) => unknown>> = {
  'a text as a block': (messages) => {
    result(messages, 2).content = [{ type: 'text', text: '[{"id": 1}]' }]
  },
  'outer white space': (messages) => Object.assign(result(messages, 2), { content: ' [{"id": 1}]\n' }),
  'a mark of the cache': (messages) => Object.assign(result(messages, 2), { cache_control: { type: 'ephemeral' } }),
  'is_error false': (messages) => Object.assign(result(messages, 2), { is_error: false }),
  'a blank text block': (messages) => blocks(messages, 2).push({ type: 'text', text: ' ' }),
  'the first thinking taken away': (messages) => blocks(messages, 1).shift(),
  'the last thinking taken away': (messages) => blocks(messages, 3).shift(),
}

describe('the prefix check', () => {
  test.for(Object.entries(COUNTED))('%s is refused, and named', async ([, edit], { start }) => {
    const { url } = await start()
    const agent = await afterTwoTurns(url)
    edit(agent.messages)
    expect((await refusalOf(agent.ask())).apiMessage).toMatch(/messages\.[13]\.content\.0: .*bound to a different conv/)
  })

  test.for(Object.entries(FREE))('%s passes', async ([, edit], { start }) => {
    const { url, transformations } = await start()
    const agent = await afterTwoTurns(url)
    edit(agent.messages)
    await agent.ask()
    expect(transformations).toEqual([])
  })

  test('thinking taken away from the middle is refused', async ({ start }) => {
    const agent = await afterTwoTurns((await start()).url)
    await agent.ask()
    agent.answer([{ text: 'done' }])
    blocks(agent.messages, 3).shift()
    expect((await refusalOf(agent.ask())).apiMessage).toMatch(/^messages\.5\.content\.0: /)
  })

  test('a damaged signature is refused in other words', async ({ start }) => {
    const agent = await afterTwoTurns((await start()).url)
    Object.assign(blocks(agent.messages, 1)[0]!, { signature: 'c2lnbmVk' })
    const { status, apiMessage } = await refusalOf(agent.ask())
    expect([status, apiMessage]).toEqual([400, 'messages.1.content.0: Invalid `signature` in `thinking` block'])
  })

  test('counting tokens, a stream and a redacted block are checked alike', async ({ start }) => {
    const { url, calls } = await start()
    const agent = await afterTwoTurns(url)
    await agent.ask({ plan: { calls: [{ name: 'find_orders' }], reasoning: 'redacted' }, isStream: true })
    agent.answer([{ text: 'done' }])
    await agent.ask({ isStream: true })
    agent.messages[0]!.content = 'other'
    expect((await refusalOf(agent.ask({ isStream: true }))).apiMessage).toMatch(BOUND)
    const count = await fetch(`${url}/v1/messages/count_tokens`, {
      method: 'POST',
      body: JSON.stringify(agent.request),
    })
    expect(count.status).toBe(400)
    expect(calls.map(({ status }) => status)).toEqual([200, 200, 200, 200, 400, 400])
  })
})

describe('who is refused', () => {
  const edited = async (url: string, options: Partial<AnthropicAgentOptions>): Promise<AnthropicAgent> => {
    const agent = await afterTwoTurns(url, options)
    agent.messages[0]!.content = 'other'
    return agent
  }

  test('an account that is not new is forgiven, and told so where it asks', async ({ start }) => {
    const { url, transformations } = await start({ enforce: 'newAccounts' })
    expect((await refusalOf((await edited(url, { apiKey: 'new-account' })).ask())).apiMessage).toMatch(BOUND)
    expect(await (await edited(url, {})).ask()).not.toHaveProperty('input_transformations')
    const told = await (await edited(url, { fields: { betas: [CONTROLS] } })).ask()
    const allowed = { type: 'thinking_mismatch_allowed', reason: 'prefix_binding_mismatch' }
    expect(told.input_transformations).toEqual(
      ['messages.1.content.0', 'messages.3.content.0'].map((path) => ({ ...allowed, path })),
    )
    expect(transformations).toHaveLength(4)
  })

  test('drop_block takes the block and all thinking behind it away', async ({ start }) => {
    const { url } = await start()
    const thinking = { type: 'adaptive', block_binding: { prefix_mismatch_behavior: 'drop_block' } } as const
    const refused = await refusalOf(new AnthropicAgent({ url, opening: 'a', fields: { thinking } }).ask())
    expect(refused.apiMessage).toBe('thinking.block_binding: Extra inputs are not permitted')
    const agent = await edited(url, { fields: { betas: [CONTROLS], thinking } })
    expect((await agent.ask()).input_transformations).toHaveLength(2)
    agent.answer([{ text: 'done' }])
    expect((await agent.ask()).input_transformations).toHaveLength(3)
  })
})

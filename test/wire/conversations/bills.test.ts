/** The cost that a sidecar reports is the bill of the provider's cache (PC section 4.4), from the bytes that reach it. */

import { expect } from 'vitest'
import { inForce, resolveModel } from '../../../src/core/model/index.ts'
import {
  createAnthropicCache,
  createBreakpointCache,
  createPrefixCache,
} from '../../../src/replay/cost/provider-cache.ts'
import { vocabularies } from '../../support/counters.ts'
import { AnthropicAgent } from '../../support/provider/agents/anthropic-agent.ts'
import { OpenAIAgent } from '../../support/provider/agents/openai-agent.ts'
import { startAnthropic } from '../../support/provider/anthropic/provider.ts'
import { createTill, type Till, type TillOptions } from '../../support/provider/caches.ts'
import { type Agent, type Conversation, takeTurn } from '../../support/provider/conversation.ts'
import { startOpenAI } from '../../support/provider/openai/provider.ts'
import { operate } from '../../support/provider/operator.ts'
import { closeAfterTest, test } from '../../support/wire.ts'

const LONG = 'You look after orders, and answer briefly. '.repeat(300)
const TURNS = 6

interface Model {
  readonly name: string
  readonly api: TillOptions['api']
  /** USD for a million tokens, by the provider's page. */
  readonly prices: TillOptions['prices']
}

const MODELS: readonly Model[] = [
  { name: 'claude-opus-5-5', api: 'messages', prices: { input: 4, output: 20 } },
  { name: 'claude-sonnet-5', api: 'messages', prices: { input: 2, output: 10 } },
  { name: 'gpt-5.6', api: 'responses', prices: { input: 4, output: 20 } },
  { name: 'gpt-6.1-sol', api: 'responses', prices: { input: 2, output: 10 } },
  { name: 'gpt-5', api: 'responses', prices: { input: 1.25, output: 10 } },
]

test.for(MODELS.flatMap((model) => ['Safe', 'Balanced'].map((profile) => ({ ...model, profile }))))(
  'PC-34: six turns with $name under $profile cost what the cache bills, within a hundredth',
  async ({ name, api, prices, profile }, { onTestFinished }) => {
    const till = createTill({ cache: cacheOf(name), prices, api, tokenizer: vocabularies.get('o200k_base') })
    const provider = await closeAfterTest(startWith(till, api), onTestFinished)
    const spec = { compression: { profile }, cache: { mode: 'Auto' } }
    const operator = await operate(provider.url, onTestFinished, { spec })
    const agent: Agent = agentOf(name, api, operator.edge.url)
    const conversation: Conversation = { provider, operator, agent }
    for (let turn = 0; turn < TURNS; turn++) await takeTurn(conversation, turn)
    await expect.poll(() => operator.edge.calls().length).toBe(TURNS)
    const reported = (await operator.edge.stats()).groups.treated?.cost_usd ?? 0
    expect(Math.abs(reported / till.usd - 1)).toBeLessThan(0.01)
    // A session that reads nothing would prove little.
    expect(till.read).toBeGreaterThan(2_000)
  },
)

function startWith(till: Till, api: Model['api']): Promise<Conversation['provider']> {
  const usage = till.usage.bind(till)
  return api === 'messages' ? startAnthropic({ usage }) : startOpenAI({ usage })
}

function agentOf(model: string, api: Model['api'], url: string): Agent {
  const opening = 'Which orders are open?'
  if (api === 'messages')
    return new AnthropicAgent({ url, opening, fields: { model, system: [{ type: 'text', text: LONG }] } })
  const agent = new OpenAIAgent({ url, opening, fields: { model } })
  agent.items.unshift({ role: 'developer', content: LONG })
  return agent
}

function cacheOf(model: string): TillOptions['cache'] {
  const rules = inForce(resolveModel(model)!.cache, new Date())!
  if (rules.kind === 'anthropic') return createAnthropicCache(rules)
  return rules.kind === 'openai-breakpoint' ? createBreakpointCache(rules) : createPrefixCache(rules, 128)
}

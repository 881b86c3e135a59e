/** A conversation through a sidecar: an agent, an operator, a provider. */

import { noisyLog, spacedOrders } from '../tool-results.ts'
import { closeAfterTest, test as wireTest } from '../wire.ts'
import { AnthropicAgent, type AnthropicAgentOptions, type Ask, type ToolResult } from './agents/anthropic-agent.ts'
import { OpenAIAgent, type OpenAIAgentOptions } from './agents/openai-agent.ts'
import { ThreadAgent } from './agents/thread-agent.ts'
import { type AnthropicOptions, type AnthropicProvider, startAnthropic } from './anthropic/provider.ts'
import { type OpenAIProvider, startOpenAI } from './openai/provider.ts'
import { type Operator, type OperatorOptions, operate } from './operator.ts'
import type { StandIn } from './server.ts'

/** What the agents of all providers have in common. */
export interface Agent {
  readonly options: { url: string }
  answer(results: readonly ToolResult[]): void
  ask(ask?: Ask): Promise<unknown>
}

export interface Conversation<P extends StandIn = StandIn, A extends Agent = Agent> {
  readonly provider: P
  readonly operator: Operator
  readonly agent: A
}

export interface AnthropicSetting extends OperatorOptions {
  readonly provider?: AnthropicOptions
  readonly agent?: Partial<AnthropicAgentOptions>
}

export interface OpenAISetting extends OperatorOptions {
  readonly agent?: Partial<OpenAIAgentOptions>
}

const OPENING = 'Which orders are open?'

export const test = wireTest
  .extend(
    'withAnthropic',
    ({ onTestFinished }) =>
      async (setting: AnthropicSetting = {}): Promise<Conversation<AnthropicProvider, AnthropicAgent>> => {
        const provider = await closeAfterTest(startAnthropic(setting.provider), onTestFinished)
        const operator = await operate(provider.url, onTestFinished, setting)
        const agent = new AnthropicAgent({ url: operator.edge.url, opening: OPENING, ...setting.agent })
        return { provider, operator, agent }
      },
  )
  .extend(
    'withThread',
    ({ onTestFinished }) =>
      async (setting: AnthropicSetting = {}): Promise<Conversation<AnthropicProvider, ThreadAgent>> => {
        const provider = await closeAfterTest(startAnthropic(setting.provider), onTestFinished)
        const operator = await operate(provider.url, onTestFinished, setting)
        const agent = new ThreadAgent({ url: operator.edge.url, opening: OPENING, ...setting.agent })
        return { provider, operator, agent }
      },
  )
  .extend(
    'withOpenAI',
    ({ onTestFinished }) =>
      async (setting: OpenAISetting = {}): Promise<Conversation<OpenAIProvider, OpenAIAgent>> => {
        const provider = await closeAfterTest(startOpenAI(), onTestFinished)
        const operator = await operate(provider.url, onTestFinished, setting)
        const agent = new OpenAIAgent({ url: operator.edge.url, opening: OPENING, ...setting.agent })
        return { provider, operator, agent }
      },
  )

/** Two parallel calls a turn, with results of every make: the second log repeats lines of the first. */
export async function takeTurn({ agent, operator }: Conversation, turn: number, ask: Ask = {}): Promise<void> {
  agent.options.url = operator.edge.url
  if (turn > 0) {
    agent.answer([{ text: spacedOrders(turn), isList: turn % 2 === 0 }, { text: noisyLog(turn % 2) }])
  }
  const plan = { calls: [{ name: 'find_orders' }, { name: 'run_tests' }] }
  await agent.ask({ plan, isStream: turn % 2 === 1, ...ask })
}

/** The forms in which each result arrived, by the id of its call. */
export function formsAt(provider: StandIn): ReadonlyMap<string, ReadonlySet<string>> {
  const forms = new Map<string, Set<string>>()
  for (const { json, status } of provider.calls) {
    if (status !== 200) continue
    for (const { id, text } of provider.resultsOf(json)) forms.set(id, (forms.get(id) ?? new Set()).add(text))
  }
  return forms
}

export function statuses({ calls }: StandIn): number[] {
  return calls.map(({ status }) => status)
}

/** The results of the last request, as they arrived. */
export function lastResults(provider: StandIn): string[] {
  return provider.resultsOf(provider.calls.at(-1)!.json).map(({ text }) => text)
}

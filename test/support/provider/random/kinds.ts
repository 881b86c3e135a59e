/** The kinds of agents that random sessions are played with, and how each one's client edits its history. */

import type Anthropic from '@anthropic-ai/sdk'
import type OpenAI from 'openai'
import { AnthropicAgent, type AnthropicAgentOptions, anthropicClient, TOOLS } from '../agents/anthropic-agent.ts'
import { OpenAIAgent } from '../agents/openai-agent.ts'
import { ThreadAgent } from '../agents/thread-agent.ts'
import type { Agent } from '../conversation.ts'
import type { Fields } from '../server.ts'
import type { Edit, SessionScript } from './scripts.ts'

export interface Seat {
  readonly url: string
  readonly opening: string
  readonly fetch: typeof fetch
}

export interface Kind<A extends Agent = Agent> {
  open(script: SessionScript, seat: Seat): A
  /** The caller of a call that a program makes. */
  readonly program: Fields & { readonly type: string }
  /** The calls that wait for results. */
  pending(agent: A): readonly Fields[]
  edit(agent: A, edit: Edit): void
  /** Asks for the tokens of the next request. */
  count(agent: A, headers: Readonly<Record<string, string>>): Promise<unknown>
}

/** In place of a result: JSON, because a program may read it. */
const CLEARED = '"cleared by the client"'

const PROGRAM = { type: 'code_execution_20260120', tool_id: 'srvtoolu_1' }

function anthropicOptions({ isCleared, isSubscription }: SessionScript, seat: Seat): AnthropicAgentOptions {
  const tools = TOOLS.map((tool) => ({
    ...tool,
    allowed_callers: ['direct' as const, 'code_execution_20260120' as const],
  }))
  const clearing = { context_management: { edits: [{ type: 'clear_tool_uses_20250919' as const }] } }
  return {
    ...seat,
    apiKey: isSubscription ? 'sk-ant-oat01-stand-in' : 'sk-ant-stand-in',
    fields: { tools, ...(isCleared && clearing) },
  }
}

export const SIGNED: Kind<AnthropicAgent> = {
  open: (script, seat) => new AnthropicAgent(anthropicOptions(script, seat)),
  program: PROGRAM,
  pending: (agent) => agent.pending as unknown as Fields[],
  edit: (agent, edit) => ANTHROPIC_EDITS[edit](agent),
  count: (agent, headers) => {
    const { max_tokens: _, ...request } = agent.request
    return anthropicClient(agent.options).beta.messages.countTokens(request, { headers })
  },
}

/** The server keeps the history: there is nothing to edit. */
export const THREADED: Kind<ThreadAgent> = {
  open: (script, seat) => new ThreadAgent(anthropicOptions({ ...script, isCleared: false }, seat)),
  program: PROGRAM,
  pending: ({ replies }) => callsIn(replies.at(-1)?.content),
  edit: () => undefined,
  count: async () => undefined,
}

export const SILENT: Kind<OpenAIAgent> = {
  open: (script, seat) => openaiAgent(script, seat, false),
  program: { type: 'program', caller_id: 'call_0' },
  pending: ({ replies }) => callsIn(replies.at(-1)?.output),
  edit: (agent, edit) => OPENAI_EDITS[edit](agent),
  count: (agent, headers) => {
    const { model = null, input = null, tools = null, previous_response_id = null } = agent.request
    return agent.client().responses.inputTokens.count({ model, input, tools, previous_response_id }, { headers })
  },
}

export const STORED: Kind<OpenAIAgent> = {
  ...SILENT,
  open: (script, seat) => openaiAgent(script, seat, true),
  edit: () => undefined,
}

function openaiAgent({ isCleared }: SessionScript, seat: Seat, isStored: boolean): OpenAIAgent {
  const tool = { type: 'function', parameters: {}, strict: false, allowed_callers: ['direct', 'programmatic'] } as const
  const tools = ['find_orders', 'run_tests'].map((name) => ({
    ...tool,
    allowed_callers: [...tool.allowed_callers],
    name,
  }))
  return new OpenAIAgent({ ...seat, isStored, fields: { tools, ...(isCleared && { truncation: 'auto' as const }) } })
}

function callsIn(content: unknown): Fields[] {
  const parts = (content ?? []) as Fields[]
  return parts.filter(({ type }) => type === 'tool_use' || type === 'function_call')
}

type Results = Anthropic.Beta.BetaToolResultBlockParam[]

function resultsOf({ messages }: AnthropicAgent): Results {
  const blocks = messages.flatMap(({ content }) => (typeof content === 'string' ? [] : (content ?? [])))
  return (blocks as Results).filter(({ type }) => type === 'tool_result')
}

const ANTHROPIC_EDITS: Readonly<Record<Edit, (agent: AnthropicAgent) => void>> = {
  marks: (agent) => {
    const [result] = resultsOf(agent)
    if (result !== undefined) result.cache_control = { type: 'ephemeral' }
  },
  forms: (agent) => {
    for (const result of resultsOf(agent)) {
      result.is_error = false
      if (typeof result.content === 'string') result.content = [{ type: 'text', text: result.content }]
    }
  },
  'drop all reasoning': (agent) => agent.dropThinking(),
  opening: (agent) => {
    agent.messages[0] = { role: 'user', content: `${agent.messages[0]?.content} And which are closed?` }
  },
  result: (agent) => {
    const [result] = resultsOf(agent)
    if (result !== undefined) result.content = CLEARED
  },
  cut: (agent) => void agent.messages.splice(1, 2),
}

type Items = OpenAI.Responses.ResponseInputItem[]

function outputsOf({ items }: OpenAIAgent): Extract<Items[number], { type: 'function_call_output' }>[] {
  return items.filter((item) => item.type === 'function_call_output')
}

const OPENAI_EDITS: Readonly<Record<Edit, (agent: OpenAIAgent) => void>> = {
  marks: () => undefined,
  forms: (agent) => {
    for (const item of outputsOf(agent)) {
      if (typeof item.output === 'string') item.output = [{ type: 'input_text', text: item.output }]
    }
  },
  'drop all reasoning': (agent) => {
    agent.items = agent.items.filter(({ type }) => type !== 'reasoning')
  },
  opening: (agent) => {
    agent.items[0] = { role: 'user', content: 'Which orders are closed?' }
  },
  result: (agent) => {
    const [item] = outputsOf(agent)
    if (item !== undefined) item.output = CLEARED
  },
  cut: (agent) => {
    agent.items = agent.items
      .slice(0, 1)
      .concat(agent.items.slice(agent.items.findIndex(({ type }) => type === 'reasoning') + 1))
  },
}

/** Calls of Anthropic's SDK. */

import Anthropic from '@anthropic-ai/sdk'
import type { MessageCreateParamsNonStreaming } from '@anthropic-ai/sdk/resources/messages'
import { type ClientSettings, ORDERS, type ProviderCall, QUESTION, type Treatment } from './calls.ts'

export const MESSAGE: MessageCreateParamsNonStreaming = {
  model: 'claude-sonnet-5',
  max_tokens: 100,
  messages: [
    { role: 'user', content: QUESTION },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'call_1', name: 'find_orders', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1', content: ORDERS }] },
  ],
}

type Call = (client: Anthropic) => Promise<unknown>

const CALLS = {
  messages: [(client) => client.messages.create(MESSAGE), 'compressed'],
  'streamed messages': [(client) => client.messages.stream(MESSAGE).finalMessage(), 'compressed'],
  'token counts': [({ messages }) => messages.countTokens(withoutLimit(MESSAGE)), 'counted'],
  models: [async (client) => (await client.models.list()).data, 'relayed'],
} as const satisfies Readonly<Record<string, readonly [Call, Treatment]>>

function withoutLimit({
  max_tokens: _,
  ...message
}: MessageCreateParamsNonStreaming): Omit<typeof MESSAGE, 'max_tokens'> {
  return message
}

export function anthropicCalls(...names: readonly (keyof typeof CALLS)[]): ProviderCall[] {
  return names.map((name) => {
    const [call, treatment] = CALLS[name]
    return { name, treatment, run: (settings) => call(open(settings)) }
  })
}

function open({ options }: ClientSettings): Anthropic {
  return new Anthropic({ apiKey: 'sk-ant-test', authToken: null, maxRetries: 0, ...options })
}

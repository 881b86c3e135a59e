/** An agent on Anthropic's SDK that keeps its own history and sends it back as it came. */

import Anthropic, { APIError } from '@anthropic-ai/sdk'
import { type Plan, planned } from '../plan.ts'

type Messages = Anthropic.Beta.BetaMessageParam[]
type Message = Anthropic.Beta.BetaMessage
type Call = Omit<Anthropic.Beta.MessageCreateParamsNonStreaming, 'messages' | 'stream'>

export interface AnthropicAgentOptions {
  /** Where it sends its calls; may change from call to call. */
  url: string
  /** The first user text: it tells sessions apart. */
  readonly opening: string
  /** An OAuth token goes as a bearer. */
  readonly apiKey?: string
  readonly fetch?: typeof fetch
  /** Members of each request, beside the messages. */
  readonly fields?: Partial<Call>
}

/** How a result is written: the provider does not tell a text from a list of one text block. */
export interface ToolResult {
  readonly text: string
  readonly isList?: boolean
}

export interface Ask {
  readonly plan?: Plan
  readonly isStream?: boolean
  readonly headers?: Readonly<Record<string, string>>
}

export const TOOLS: Anthropic.Beta.BetaTool[] = ['find_orders', 'run_tests'].map((name) => ({
  name,
  input_schema: { type: 'object', properties: { page: { type: 'number' } } },
}))

export class AnthropicAgent {
  readonly options: AnthropicAgentOptions
  messages: Messages
  readonly replies: Message[] = []

  constructor(options: AnthropicAgentOptions) {
    this.options = options
    this.messages = [{ role: 'user', content: options.opening }]
  }

  /** The calls that wait for a result. */
  get pending(): readonly Anthropic.Beta.BetaToolUseBlockParam[] {
    const { role, content } = this.messages.at(-1)!
    if (role !== 'assistant' || typeof content === 'string') return []
    return content.filter((block) => block.type === 'tool_use')
  }

  /** The members of the next request. */
  get request(): Call & { messages: Messages } {
    return {
      model: 'claude-fable-5-2',
      max_tokens: 1_000,
      system: 'You look after orders.',
      tools: TOOLS,
      thinking: { type: 'adaptive' },
      ...this.options.fields,
      messages: this.messages,
    }
  }

  /** Answers every call that waits, the n-th with the n-th result. */
  answer(results: readonly ToolResult[]): void {
    const content = this.pending.map(({ id }, i): Anthropic.Beta.BetaToolResultBlockParam => {
      const { text, isList = false } = results[i % results.length]!
      return { type: 'tool_result', tool_use_id: id, content: isList ? [{ type: 'text', text }] : text }
    })
    this.messages.push({ role: 'user', content })
  }

  /** Sends the history, and adds the reply to it. @throws APIError */
  async ask({ plan, isStream = false, headers }: Ask = {}): Promise<Message> {
    const client = anthropicClient(this.options)
    const options = { headers: { ...headers, ...(plan && planned(plan)) } }
    const reply = isStream
      ? await client.beta.messages.stream(this.request, options).finalMessage()
      : await client.beta.messages.create(this.request, options)
    this.replies.push(reply)
    this.messages.push({ role: 'assistant', content: reply.content })
    return reply
  }

  /** As Claude Code does after a refusal: goes on without the thinking of the past. */
  dropThinking(): void {
    for (const message of this.messages) {
      if (typeof message.content === 'string' || message.role !== 'assistant') continue
      message.content = message.content.filter(({ type }) => type !== 'thinking' && type !== 'redacted_thinking')
    }
  }
}

/** Without retries of its own: each call is one request. */
export function anthropicClient({ url: baseURL, apiKey = 'sk-ant-test', fetch }: AnthropicAgentOptions): Anthropic {
  const isToken = apiKey.startsWith('sk-ant-oat')
  const credentials = isToken ? { apiKey: null, authToken: apiKey } : { apiKey, authToken: null }
  return new Anthropic({ baseURL, ...credentials, maxRetries: 0, ...(fetch && { fetch }) })
}

/** @returns the error that the API answered with */
export async function refusalOf(call: Promise<unknown>): Promise<APIError> {
  try {
    await call
  } catch (error) {
    if (error instanceof APIError) return error
    throw error
  }
  throw new Error('the call was answered')
}

/** An agent on the SDK's message threads: the server keeps the history, and the SDK begins anew when it is lost. */

import type Anthropic from '@anthropic-ai/sdk'
import { planned } from '../plan.ts'
import { type AnthropicAgentOptions, type Ask, anthropicClient, TOOLS, type ToolResult } from './anthropic-agent.ts'

type Message = Anthropic.Beta.BetaMessage
type Thread = ReturnType<Anthropic['beta']['messages']['thread']>

export class ThreadAgent {
  readonly options: AnthropicAgentOptions
  readonly replies: Message[] = []
  readonly #client: Anthropic
  readonly #thread: Thread

  constructor(options: AnthropicAgentOptions) {
    this.options = options
    const { fields, opening } = options
    this.#client = anthropicClient(options)
    this.#thread = this.#client.beta.messages.thread({
      model: 'claude-fable-5-2',
      max_tokens: 1_000,
      system: 'You look after orders.',
      tools: TOOLS,
      thinking: { type: 'adaptive' },
      ...fields,
      messages: [{ role: 'user', content: opening }],
    })
  }

  /** Answers every call of the last reply, the n-th with the n-th result. */
  answer(results: readonly ToolResult[]): void {
    const calls = this.replies.at(-1)?.content.filter((block) => block.type === 'tool_use') ?? []
    const content = calls.map(({ id }, i): Anthropic.Beta.BetaToolResultBlockParam => {
      const { text, isList = false } = results[i % results.length]!
      return { type: 'tool_result', tool_use_id: id, content: isList ? [{ type: 'text', text }] : text }
    })
    this.#thread.append({ role: 'user', content })
  }

  /** @throws APIError */
  async ask({ plan, isStream = false, headers }: Ask = {}): Promise<Message> {
    this.#client.baseURL = this.options.url
    const options = { headers: { ...headers, ...(plan && planned(plan)) } }
    const reply = isStream
      ? await this.#thread.stream([], {}, options).finalMessage()
      : await this.#thread.send([], {}, options)
    this.replies.push(reply)
    return reply
  }
}

/** An agent on OpenAI's SDK, with the Responses API: it keeps its history itself, or lets the server keep it. */

import OpenAI from 'openai'
import { planned } from '../plan.ts'
import type { Ask, ToolResult } from './anthropic-agent.ts'

type Item = OpenAI.Responses.ResponseInputItem
type Call = Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'stream'>
type Response = OpenAI.Responses.Response

export interface OpenAIAgentOptions {
  /** Where it sends its calls; may change from call to call. */
  url: string
  /** The first user text: it tells sessions apart. */
  readonly opening: string
  readonly apiKey?: string
  /** Does the server keep the history? Default: no, and `store` is false. */
  readonly isStored?: boolean
  readonly fetch?: typeof fetch
  /** Members of each request, beside the input. */
  readonly fields?: Partial<Call>
}

const TOOLS: OpenAI.Responses.FunctionTool[] = ['find_orders', 'run_tests'].map((name) => ({
  type: 'function',
  name,
  parameters: { type: 'object', properties: { page: { type: 'number' } } },
  strict: false,
}))

export class OpenAIAgent {
  readonly options: OpenAIAgentOptions
  /** The whole history, or what the server does not have yet. */
  items: Item[]
  readonly replies: Response[] = []

  constructor(options: OpenAIAgentOptions) {
    this.options = options
    this.items = [{ role: 'user', content: options.opening }]
  }

  /** The members of the next request. */
  get request(): Call {
    const { isStored = false, fields } = this.options
    return {
      model: 'gpt-6.2-astra',
      tools: TOOLS,
      store: isStored,
      ...(isStored && { previous_response_id: this.replies.at(-1)?.id ?? null }),
      ...fields,
      input: this.items,
    }
  }

  /** Answers every call of the last reply, the n-th with the n-th result. */
  answer(results: readonly ToolResult[]): void {
    const calls = this.replies.at(-1)?.output.filter((item) => item.type === 'function_call') ?? []
    for (const [i, { call_id }] of calls.entries()) {
      const { text, isList = false } = results[i % results.length]!
      this.items.push({
        type: 'function_call_output',
        call_id,
        output: isList ? [{ type: 'input_text', text }] : text,
      })
    }
  }

  /** Sends the history, and adds the reply to it. @throws APIError */
  async ask({ plan, isStream = false, headers }: Ask = {}): Promise<Response> {
    const options = { headers: { ...headers, ...(plan && planned(plan)) } }
    const client = this.client()
    const reply = isStream
      ? await client.responses.stream(this.request, options).finalResponse()
      : await client.responses.create(this.request, options)
    this.replies.push(reply)
    if (this.options.isStored === true) this.items = []
    else this.items.push(...(reply.output as Item[]))
    return reply
  }

  client(): OpenAI {
    const { url, apiKey = 'sk-test', fetch } = this.options
    return new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0, ...(fetch && { fetch }) })
  }
}

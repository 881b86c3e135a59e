/** The content of one model turn, independent of a dialect. */

export interface ToolCall {
  readonly name: string
  readonly arguments: Readonly<Record<string, unknown>>
  /** Default: made from the call's number. */
  readonly id?: string
}

export interface Answer {
  readonly text?: string
  readonly thinking?: string
  readonly toolCalls?: readonly ToolCall[]
  /** Default: `stop`, or `tool` when there are tool calls. */
  readonly finish?: 'stop' | 'length' | 'tool'
}

/** The reply when nothing is scripted. Its second sentence exposes bugs in splitting and decoding. */
export const DEFAULT_ANSWER: Answer = {
  text: 'Thank you, I have read everything. Das wäre alles: 日本 🙂, "quoted" and \\ done.',
}

/** One turn, ready to be encoded in any dialect. */
export interface Turn {
  /** Counts the mock's calls from 1; ids are made from it, so that they are the same in every run. */
  readonly number: number
  /** The request's model, echoed. */
  readonly model: string
  readonly createdAt: Date
  readonly text: string
  readonly thinking: string
  readonly toolCalls: readonly Required<ToolCall>[]
  readonly finish: 'stop' | 'length' | 'tool'
  readonly usage: { readonly input: number; readonly output: number }
  /** The request's body, parsed; an empty object when it is not a JSON object. */
  readonly request: Readonly<Record<string, unknown>>
}

export interface TurnSource {
  readonly number: number
  readonly request: Readonly<Record<string, unknown>>
  readonly inputTokens: number
  readonly countTokens: (text: string) => number
}

/** Fills in defaults that the script left out. */
export function createTurn(answer: Answer, source: TurnSource): Turn {
  const { number, request, inputTokens, countTokens } = source
  const text = answer.text ?? ''
  const thinking = answer.thinking ?? ''
  const toolCalls = (answer.toolCalls ?? []).map((call, index) => ({ id: `call_mock${number}n${index}`, ...call }))
  const parts = [text, thinking, ...toolCalls.map((call) => JSON.stringify(call.arguments))].filter(
    (part) => part !== '',
  )
  return {
    number,
    model: typeof request['model'] === 'string' ? request['model'] : 'mock',
    createdAt: new Date(),
    text,
    thinking,
    toolCalls,
    finish: answer.finish ?? (toolCalls.length > 0 ? 'tool' : 'stop'),
    usage: { input: inputTokens, output: parts.reduce((sum, part) => sum + countTokens(part), 0) },
    request,
  }
}

/**
 * Cuts a text for streaming: each piece is a word and the white space after it; joined they are the text.
 * @example pieces('say it twice') // ['say ', 'it ', 'twice']
 */
export function pieces(text: string): string[] {
  return text.match(/\S+\s*|\s+/g) ?? []
}

/** The recorded agent session, cut into the requests that its agent sent. */

import { readFileSync } from 'node:fs'
import type { Answer } from '../../mock/index.ts'
import { projectFile } from '../project-files.ts'

/** One row of a corpus: `m2m replay` reads it too. */
const FILE = 'examples/sessions/checkout-is-slow.jsonl'

interface Call {
  readonly id: string
  readonly function: { readonly name: string; readonly arguments: string }
}

interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly content: string | null
  readonly tool_calls?: readonly Call[]
  readonly tool_call_id?: string
}

interface Session {
  readonly title: string
  readonly model: string
  readonly tools: readonly unknown[]
  readonly messages: readonly Message[]
}

/** One request of the session and what the model answered then. */
export interface Turn {
  readonly body: Uint8Array
  readonly isStream: boolean
  /** The new content: `question`, or the names of the tools whose results it carries. */
  readonly carries: string
  readonly answer: Answer
}

export interface DemoSession {
  readonly title: string
  readonly turns: readonly Turn[]
}

export function readDemoSession(): DemoSession {
  const session = JSON.parse(readFileSync(projectFile(FILE), 'utf8')) as Session
  const answers = session.messages.flatMap((message, at) => (message.role === 'assistant' ? [{ message, at }] : []))
  const turns = answers.map((answer, index) =>
    turnOf(session, answer, { from: answers[index - 1]?.at ?? 0, number: index + 1 }),
  )
  return { title: session.title, turns }
}

function turnOf(
  session: Session,
  { message, at }: { message: Message; at: number },
  { from, number }: { from: number; number: number },
): Turn {
  // Every second request asks for a stream, as interactive agents do.
  const isStream = number % 2 === 0
  const { model, tools, messages } = session
  const request = { model, ...(isStream && { stream: true }), tools, messages: messages.slice(0, at) }
  return {
    body: Buffer.from(JSON.stringify(request)),
    isStream,
    carries: carries(messages.slice(from, at)),
    answer: answerOf(message),
  }
}

function carries(news: readonly Message[]): string {
  const calls = new Map(news.flatMap(({ tool_calls = [] }) => tool_calls.map((call) => [call.id, call.function.name])))
  const tools = news.flatMap(({ tool_call_id: id = '' }) => calls.get(id) ?? [])
  return tools.length > 0 ? tools.join(', ') : 'question'
}

function answerOf({ content, tool_calls: calls = [] }: Message): Answer {
  const toolCalls = calls.map(({ id, function: { name, arguments: text } }) => ({
    id,
    name,
    arguments: JSON.parse(text) as Record<string, unknown>,
  }))
  return { ...(content !== null && { text: content }), ...(toolCalls.length > 0 && { toolCalls }) }
}

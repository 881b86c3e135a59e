/** The HTTP of a stand-in provider: reads each request whole, keeps it as it came, and sends the reply of a pure function. */

import type { IncomingHttpHeaders } from 'node:http'
import { type Seen, startUpstream } from '../upstream.ts'

export type Fields = Readonly<Record<string, unknown>>

/** A request that was answered. */
export interface ProviderCall {
  readonly method: string
  /** Without query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** As received. */
  readonly body: Buffer
  /** The body, parsed; `{}` when it is empty. */
  readonly json: Fields
  readonly status: number
}

export interface ProviderReply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json: Fields
  /** The same reply as events, for a request that asked for a stream. */
  readonly events?: readonly Fields[]
  /** Sent as they are instead of `json`: JSON Lines. */
  readonly lines?: readonly Fields[]
}

export type Answer = (request: Omit<ProviderCall, 'status'>) => ProviderReply

export interface Provider {
  readonly url: string
  /** In order of arrival, refused ones among them. */
  readonly calls: readonly ProviderCall[]
  close(): Promise<void>
}

/** A provider whose contracts tests hold. */
export interface StandIn extends Provider {
  /** Every mismatch that was forgiven, whether the reply could say so or not. */
  readonly transformations: readonly object[]
  /** Names of results to which a text refers that the model reads, and which the server had taken away. */
  readonly dangling: readonly string[]
  /** The results of tools in a request's body, in order. */
  resultsOf(json: Fields): readonly { readonly id: string; readonly text: string }[]
}

/** Starts a stand-in on a free port of loopback. A fault in `answer` is a 500 with its message. */
export async function startProvider(answer: Answer): Promise<Provider> {
  const upstream = await startUpstream()
  const calls: ProviderCall[] = []
  upstream.replyWith((res, seen) => {
    const request = requestOf(seen)
    const reply = answerOf(answer, request)
    const { status = 200, headers = {}, events } = reply
    calls.push({ ...request, status })
    const isStream = request.json['stream'] === true && events !== undefined && status === 200
    res.writeHead(status, { 'content-type': isStream ? 'text/event-stream' : 'application/json', ...headers })
    if (isStream) res.end(events.map((event) => `event: ${event['type']}\ndata: ${JSON.stringify(event)}\n\n`).join(''))
    else res.end(reply.lines?.map((line) => `${JSON.stringify(line)}\n`).join('') ?? JSON.stringify(reply.json))
  })
  return { url: upstream.url, calls, close: () => upstream.close() }
}

function requestOf({ method, url, headers, body }: Seen): Omit<ProviderCall, 'status'> {
  const [path = ''] = url.split('?', 1)
  return { method, path, headers, body, json: body.length === 0 ? {} : JSON.parse(body.toString()) }
}

function answerOf(answer: Answer, request: Omit<ProviderCall, 'status'>): ProviderReply {
  try {
    return answer(request)
  } catch (error) {
    if (error instanceof Refusal) return error.reply
    return { status: 500, json: { type: 'error', error: { type: 'api_error', message: String(error) } } }
  }
}

/** Thrown by a rule of a provider: the reply that refuses the request. */
export class Refusal extends Error {
  readonly reply: ProviderReply

  constructor(reply: ProviderReply) {
    super('refused')
    this.reply = reply
  }
}

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? (value as Fields[]) : []
}

/** What a text costs in a stand-in: a quarter of its characters. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / 4)
}

/** Does a text name a call or a message? As a whole: `call_7` is not in a text that names `call_71`. */
export function isNamedIn(text: string, name: string): boolean {
  return text.split(/[^\w[\]]+/).some((word) => word === name)
}

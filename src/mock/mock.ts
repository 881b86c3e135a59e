/** The mock LLM's server: reads a request, records it, finds what the script says to it, sends that. */

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type Answer, createTurn, POLITE_ANSWER } from './answer.ts'
import { billedTokens, estimateTokens } from './billed.ts'
import { deliver } from './deliver.ts'
import { dialectOf } from './dialects/index.ts'
import { answerOther } from './other-paths.ts'
import { callReply, jsonReply, lastWords, type MockReply, rawReply } from './reply.ts'
import { type MockRequest, type OpenRequest, openRequest } from './request.ts'
import { createScriptBook, type ScriptBook, type Step } from './script.ts'

export interface MockOptions {
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number
  /** Said when nothing is scripted. */
  readonly answer?: Answer
  /** Counts a text for `usage`, `count_tokens` and the totals. Default: a quarter of its characters. */
  readonly countTokens?: (text: string) => number
  /** How many requests to remember, the newest; default all. Totals go on counting. */
  readonly keepRequests?: number
  /** Closes a connection that has been idle so long, without announcing it; default never. */
  readonly idleCloseMs?: number
}

export interface Mock extends Pick<ScriptBook, 'on' | 'enqueue'> {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly url: string
  readonly port: number
  /** In order of arrival, each with its whole body. */
  readonly requests: readonly MockRequest[]
  /** Everything since the start or the last `reset`. */
  readonly totals: Readonly<Totals>
  /** Connections accepted and still open. */
  readonly connections: { readonly accepted: number; readonly open: number }
  /** The next request to arrive that nobody has been given yet. */
  nextRequest(): Promise<MockRequest>
  /** Forgets requests, totals, rules and the queue. */
  reset(): void
  /** Closes every connection. */
  close(): Promise<void>
}

export interface Totals {
  requests: number
  /** Body bytes, content encoding kept. */
  bytes: number
  /** Tokens of model calls. */
  tokens: number
}

/** Starts a mock LLM on a port of its own. */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const state = createState(options)
  const server = createServer((message, response) => {
    serve(state, message, response).catch((error: unknown) => response.destroy(error as Error))
  })
  server.keepAliveTimeout = 0
  server.requestTimeout = 0
  server.on('connection', (socket) => watchConnection(state, socket))
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1')
  await once(server, 'listening')
  return asMock(state, server)
}

interface State {
  readonly options: MockOptions
  readonly countTokens: (text: string) => number
  readonly book: ScriptBook
  readonly sockets: Map<Socket, { number: number; idle?: NodeJS.Timeout }>
  accepted: number
  requests: MockRequest[]
  totals: Totals
  /** Requests that no one has asked for yet, and those who wait for one. */
  unclaimed: MockRequest[]
  waiting: ((request: MockRequest) => void)[]
}

function createState(options: MockOptions): State {
  return {
    options,
    countTokens: options.countTokens ?? estimateTokens,
    book: createScriptBook(),
    sockets: new Map(),
    accepted: 0,
    ...fresh(),
  }
}

function fresh(): Pick<State, 'requests' | 'totals' | 'unclaimed' | 'waiting'> {
  return { requests: [], totals: { requests: 0, bytes: 0, tokens: 0 }, unclaimed: [], waiting: [] }
}

function asMock(state: State, server: Server): Mock {
  const { address, port } = server.address() as AddressInfo
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${port}`,
    port,
    get requests() {
      return state.requests
    },
    get totals() {
      return state.totals
    },
    get connections() {
      return { accepted: state.accepted, open: state.sockets.size }
    },
    on: state.book.on,
    enqueue: state.book.enqueue,
    nextRequest: () => {
      const request = state.unclaimed.shift()
      return request === undefined ? new Promise((resolve) => state.waiting.push(resolve)) : Promise.resolve(request)
    },
    reset() {
      state.book.clear()
      Object.assign(state, fresh())
    },
    async close() {
      server.close()
      server.closeAllConnections()
      for (const socket of state.sockets.keys()) socket.destroy()
      if (server.listening) await once(server, 'close')
    },
  }
}

function watchConnection(state: State, socket: Socket): void {
  state.accepted += 1
  state.sockets.set(socket, { number: state.accepted })
  socket.on('error', () => undefined)
  socket.once('close', () => {
    clearTimeout(state.sockets.get(socket)?.idle)
    state.sockets.delete(socket)
  })
}

async function serve(state: State, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const connection = state.sockets.get(message.socket)
  clearTimeout(connection?.idle)
  if (connection !== undefined && state.options.idleCloseMs !== undefined) {
    const { idleCloseMs } = state.options
    response.once('finish', () => {
      connection.idle = setTimeout(() => message.socket.destroy(), idleCloseMs)
    })
  }
  const body = await readAll(message)
  if (body === undefined) return
  const request = openRequest(message, response, {
    number: state.totals.requests + 1,
    connection: connection?.number ?? 0,
    body,
  })
  const dialect = dialectOf(request.path)
  request.tokens = dialect === undefined ? 0 : billedTokens(asRecord(request.json), state.countTokens)
  remember(state, request)
  const step = (await state.book.next(request, dialect !== undefined)) ?? {}
  const reply = replyTo(state, request, step)
  await deliver(response, { reply, step, request, lastWords: lastWords(dialect, step) })
}

/** @returns undefined when the client went away in the middle of its body */
async function readAll(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of message) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  } catch {
    return undefined
  }
}

function remember(state: State, request: OpenRequest): void {
  state.totals.requests += 1
  state.totals.bytes += request.body.length
  state.totals.tokens += request.tokens
  state.requests.push(request)
  const claimed = state.waiting.shift()
  if (claimed === undefined) state.unclaimed.push(request)
  else claimed(request)
  const keep = state.options.keepRequests ?? Number.POSITIVE_INFINITY
  if (state.requests.length > keep) state.requests.shift()
  if (state.unclaimed.length > keep) state.unclaimed.shift()
}

function replyTo(state: State, request: MockRequest, step: Step): MockReply {
  if (step.raw !== undefined) return rawReply(step.raw)
  const dialect = dialectOf(request.path)
  const json = asRecord(request.json)
  if (dialect === undefined) {
    if (step.error !== undefined) return jsonReply(step.error.status, { error: { message: step.error.message } }, step)
    const { status, body } = answerOther(request, billedTokens(json, state.countTokens))
    return jsonReply(status, body, step)
  }
  const answer = step.answer ?? state.options.answer ?? POLITE_ANSWER
  const { number, tokens: inputTokens } = request
  return callReply(
    dialect,
    createTurn(answer, { number, request: json, inputTokens, countTokens: state.countTokens }),
    step,
  )
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

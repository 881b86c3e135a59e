/** The server of the mock LLM: reads a request, records it, finds the scripted reply and sends it. */

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Answer, createTurn, DEFAULT_ANSWER } from './answer.ts'
import { billedTokens, estimateTokens } from './billed.ts'
import { Connections } from './connections.ts'
import { deliver } from './deliver.ts'
import { callOf, errorBody } from './dialects/index.ts'
import { Ledger, type Totals } from './ledger.ts'
import { answerOther } from './other-paths.ts'
import { callReply, errorEvent, jsonReply, type MockReply, rawReply } from './reply.ts'
import { asRecord, type MockRequest, openRequest } from './request.ts'
import { createScriptBook, type ScriptBook, type Step } from './script.ts'

export interface MockOptions {
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number
  /** The reply when nothing is scripted. */
  readonly answer?: Answer
  /** Counts a text for `usage`, `count_tokens` and the totals. Default: a quarter of its characters. */
  readonly countTokens?: (text: string) => number
  /** Number of newest requests to keep; default all. Totals count every request. */
  readonly keepRequests?: number
  /** Closes a connection after this idle time without announcing it; default never. */
  readonly idleCloseMs?: number
}

export interface Mock extends Pick<ScriptBook, 'on' | 'enqueue'> {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly url: string
  readonly port: number
  /** In order of arrival, each with its whole body. */
  readonly requests: readonly MockRequest[]
  /** Since the start or the last `reset`. */
  readonly totals: Readonly<Totals>
  readonly connections: { readonly accepted: number; readonly open: number }
  /** The oldest request that no earlier call of `nextRequest` returned; waits for one when there is none. */
  nextRequest(): Promise<MockRequest>
  /** Clears requests, totals, rules and the queue. */
  reset(): void
  /** Closes every connection. */
  close(): Promise<void>
}

/** Starts a mock LLM on a port of its own. */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const server = createServer()
  const parts: Parts = {
    answer: options.answer ?? DEFAULT_ANSWER,
    countTokens: options.countTokens ?? estimateTokens,
    book: createScriptBook(),
    ledger: new Ledger(options.keepRequests ?? Number.POSITIVE_INFINITY),
    connections: new Connections(server, options.idleCloseMs),
  }
  server.keepAliveTimeout = 0
  server.requestTimeout = 0
  server.on('request', (message, response) => {
    serve(parts, message, response).catch((error: Error) => response.destroy(error))
  })
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1')
  await once(server, 'listening')
  return asMock(parts, server)
}

interface Parts {
  readonly answer: Answer
  readonly countTokens: (text: string) => number
  readonly book: ScriptBook
  readonly ledger: Ledger
  readonly connections: Connections
}

function asMock({ book, ledger, connections }: Parts, server: Server): Mock {
  const { address, port } = server.address() as AddressInfo
  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${port}`,
    port,
    get requests() {
      return ledger.requests
    },
    get totals() {
      return ledger.totals
    },
    connections,
    on: book.on,
    enqueue: book.enqueue,
    nextRequest: () => ledger.next(),
    reset() {
      book.clear()
      ledger.reset()
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function serve(parts: Parts, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { book, ledger, connections, countTokens } = parts
  const connection = connections.busy(message.socket, response)
  const body = await readAll(message)
  if (body === undefined) return
  const request = openRequest(message, response, { number: ledger.totals.requests + 1, connection, body })
  const call = callOf(request.path)
  request.tokens = call === undefined ? 0 : billedTokens(asRecord(request.json), countTokens)
  ledger.add(request)
  const step = (await book.next(request, call !== undefined)) ?? {}
  const reply = replyTo(parts, request, step)
  await deliver(response, { reply, step, request, errorEvent: errorEvent(call, request, step) })
}

/** @returns undefined when the client disconnected before the end of its body */
async function readAll(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of message) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  } catch {
    return undefined
  }
}

function replyTo({ answer, countTokens }: Parts, request: MockRequest, step: Step): MockReply {
  if (step.raw !== undefined) return rawReply(step.raw)
  if (step.error !== undefined) return jsonReply(step.error.status, errorBody(request, step.error), step)
  const call = callOf(request.path)
  const json = asRecord(request.json)
  if (call?.mock !== undefined) {
    const source = { number: request.number, request: json, inputTokens: request.tokens, countTokens }
    return callReply(call, call.mock, createTurn(step.answer ?? answer, source), step)
  }
  if (call !== undefined) {
    const message = `the mock has no replies for ${call.dialect.name}`
    return jsonReply(501, errorBody(request, { status: 501, message }), step)
  }
  const { status, body } = answerOther(request, billedTokens(json, countTokens))
  return jsonReply(status, body, step)
}

/** A client over node:http that keeps what came back: status, headers as written, body bytes, and how the reply ended. */

import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import type { Exchange } from './exchange.ts'
import { pairs, REPLY_HEADER } from './model-server.ts'
import type { ReplyKind } from './replies.ts'

export interface ClientReply {
  /** 0: there was no reply. */
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Buffer
  /** `end`, or the error's code. */
  readonly ending: string
}

export interface Client {
  send(exchange: Exchange): Promise<ClientReply>
  close(): void
}

const NOTHING = Buffer.alloc(0)
/** A reply that ends badly may close the caller's connection a moment later: the next call takes a new one. */
const MAY_CLOSE: ReadonlySet<ReplyKind> = new Set(['stream-cut', 'stream-error', 'none'])
/** No exchange takes this long; a sidecar that hangs shall not hang the comparison. */
const TIMEOUT_MS = 60_000

export function createClient(ports: { readonly data: number; readonly admin: number }): Client {
  let agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    async send(exchange) {
      const reply = await send(exchange, { port: ports[exchange.port ?? 'data'], agent })
      if (MAY_CLOSE.has(exchange.reply)) {
        agent.destroy()
        agent = new Agent({ keepAlive: true, maxSockets: 1 })
      }
      return reply
    },
    close: () => agent.destroy(),
  }
}

function send(
  { method, path, headers, body, isChunked = false, reply: replyKind }: Exchange,
  to: { readonly port: number; readonly agent: Agent },
): Promise<ClientReply> {
  const length = body === undefined || isChunked ? [] : (['content-length', String(body.length)] as const)
  const named = headers.some(([name]) => name === 'host') ? [] : ['host', `127.0.0.1:${to.port}`]
  return new Promise((resolve) => {
    const sent = request({
      ...to,
      host: '127.0.0.1',
      method,
      path,
      headers: [...named, ...headers.flat(), REPLY_HEADER, replyKind, ...length],
      timeout: TIMEOUT_MS,
    })
    sent.on('error', (error: NodeJS.ErrnoException) => {
      resolve({ status: 0, headers: [], body: NOTHING, ending: error.code ?? error.message })
    })
    sent.on('timeout', () => sent.destroy(new Error('no reply in time')))
    sent.on('response', (response) => void collect(response).then(resolve))
    if (isChunked) sendInPieces(sent, body ?? NOTHING)
    else sent.end(body)
  })
}

function sendInPieces(sent: ClientRequest, body: Buffer): void {
  const middle = body.length >> 1
  sent.write(body.subarray(0, middle))
  setTimeout(() => sent.end(body.subarray(middle)), 10)
}

async function collect(response: IncomingMessage): Promise<ClientReply> {
  const chunks: Buffer[] = []
  let ending = 'end'
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer)
  } catch (error) {
    ending = (error as NodeJS.ErrnoException).code ?? (error as Error).message
  }
  const { statusCode: status = 0, rawHeaders } = response
  return { status, headers: pairs(rawHeaders), body: Buffer.concat(chunks), ending }
}

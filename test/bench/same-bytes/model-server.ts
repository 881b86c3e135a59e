/** The model server behind one sidecar: keeps each request as it came off the wire, and answers as the request asks. */

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ReplyKind, replyTo } from './replies.ts'

/** The header in which an exchange names its reply. */
export const REPLY_HEADER = 'x-test-reply'

export interface ReceivedRequest {
  readonly method: string
  readonly path: string
  /** Names as written, in their order. */
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Buffer
}

export interface ModelServer {
  readonly port: number
  /** Returns the requests since the last call, and forgets them. */
  take(): readonly ReceivedRequest[]
  close(): void
}

export async function startModelServer(): Promise<ModelServer> {
  let received: ReceivedRequest[] = []
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('error', () => undefined)
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const kept = keep(request, Buffer.concat(chunks))
      received.push(kept)
      answer(request, kept, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    take() {
      const taken = received
      received = []
      return taken
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function keep({ method = '', url = '', rawHeaders }: IncomingMessage, body: Buffer): ReceivedRequest {
  return { method, path: url, headers: pairs(rawHeaders), body }
}

/** `rawHeaders` of node:http as pairs. */
export function pairs(rawHeaders: readonly string[]): readonly (readonly [string, string])[] {
  return rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ''] as const] : []))
}

function answer(request: IncomingMessage, { path, body }: ReceivedRequest, response: ServerResponse): void {
  const reply = replyTo((request.headers[REPLY_HEADER] ?? 'whole') as ReplyKind, {
    path,
    body: body.toString('latin1'),
  })
  if (reply === undefined) {
    response.destroy()
    return
  }
  response.sendDate = false
  response.writeHead(reply.status, reply.headers)
  for (const part of reply.parts) response.write(part)
  // A cut that comes with the last bytes may overtake them.
  if (reply.isCut) setTimeout(() => response.destroy(), 20)
  else response.end()
}

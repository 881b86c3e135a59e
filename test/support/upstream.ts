/** Upstreams without a model: they record each request and answer as a test asks. */

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'

export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export type Reply = (res: ServerResponse, seen: Seen) => void

export interface Upstream {
  readonly url: string
  /** Whole requests, in order of arrival. */
  readonly seen: Seen[]
  readonly server: Server
  /** Sets the reply to later requests; `{}` until then. */
  replyWith(reply: Reply): void
  close(): Promise<void>
}

/** Reads each request whole, then answers it. */
export async function startUpstream(): Promise<Upstream> {
  const seen: Seen[] = []
  let reply: Reply = (res) => res.end('{}')
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of req) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    const { method = '', url = '', headers } = req
    const request = { method, url, headers, body: Buffer.concat(chunks) }
    seen.push(request)
    reply(res, request)
  })
  server.requestTimeout = 0
  return {
    url: await listen(server),
    seen,
    server,
    replyWith: (next) => {
      reply = next
    },
    close: () => stop(server),
  }
}

export interface TcpUpstream {
  readonly url: string
  readonly sockets: readonly Socket[]
  /** Called for each request once its head is in; until it is set, nothing is answered. */
  onHead(handle: (socket: Socket, head: string) => void): void
  close(): Promise<void>
}

/** An upstream below HTTP. */
export async function startTcpUpstream(): Promise<TcpUpstream> {
  const sockets: Socket[] = []
  let handle: (socket: Socket, head: string) => void = () => {}
  const server = createTcpServer((socket) => {
    sockets.push(socket)
    let head = ''
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1')
      if (!head.includes('\r\n\r\n')) return
      const whole = head
      head = ''
      handle(socket, whole)
    })
  })
  return {
    url: await listen(server),
    sockets,
    onHead: (next) => {
      handle = next
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      return stop(server)
    },
  }
}

async function listen(server: Server | TcpServer): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function stop(server: Server | TcpServer): Promise<void> {
  if ('closeAllConnections' in server) server.closeAllConnections()
  server.close()
  await once(server, 'close')
}

/** A forward proxy that opens CONNECT tunnels, records them, and refuses as a test asks. */

import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { Certificate } from './certificates.ts'

export interface Tunnel {
  readonly authority: string
  readonly headers: IncomingHttpHeaders
  /** On the proxy's side. */
  readonly socket: Socket
}

export interface EgressProxyServer {
  readonly host: string
  readonly url: string
  /** Every CONNECT, refused ones included. */
  readonly asked: Tunnel[]
  /** Requests that came without a tunnel. */
  readonly plain: string[]
  /** Answers every later CONNECT with this instead of a tunnel; undefined: tunnels again. */
  refuseWith(answer: string | undefined): void
  close(): Promise<void>
}

export interface EgressProxyOptions {
  /** The proxy's "DNS": which port on this machine an authority means. */
  readonly portOf: (authority: string) => number
  readonly tls?: Certificate
}

export async function startEgressProxy({ portOf, tls }: EgressProxyOptions): Promise<EgressProxyServer> {
  const asked: Tunnel[] = []
  const plain: string[] = []
  const sockets = new Set<Socket>()
  let refusal: string | undefined
  const server: Server = tls === undefined ? createServer() : createTlsServer(tls)
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.on('request', (req, res) => {
    plain.push(`${req.method} ${req.url}`)
    res.writeHead(400).end()
  })
  server.on('connect', (req, socket: Socket) => {
    socket.on('error', () => undefined)
    asked.push({ authority: req.url ?? '', headers: req.headers, socket })
    if (refusal !== undefined) {
      socket.end(refusal)
      return
    }
    const upstream = connect(portOf(req.url ?? ''), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    sockets.add(upstream)
    upstream.on('error', () => socket.destroy())
    upstream.on('close', () => socket.destroy())
    socket.on('close', () => upstream.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    host,
    url: `${tls === undefined ? 'http' : 'https'}://${host}`,
    asked,
    plain,
    refuseWith: (answer) => {
      refusal = answer
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

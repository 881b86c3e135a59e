/** Bounds the connections of a server. Anybody in the cluster may open one, and each costs some 65 kB with TLS. */

import type { ServerResponse } from 'node:http'
import type { Server, Socket } from 'node:net'

/** API servers use one for each review that is in hand: some hundreds where thousands of pods come at once. */
const MAX_CONNECTIONS = 1_000

/**
 * One too many ends the one that has been silent longest: who opens thousands and asks nothing loses those, while an API
 * server that asks keeps its own.
 */
export function boundConnections(server: Server, max: number = MAX_CONNECTIONS): void {
  /** Those that were active last stand last. By address and port: a request knows the TLS socket, not the one below. */
  const open = new Map<string, Socket>()
  server.on('connection', (socket: Socket) => {
    const key = keyOf(socket)
    open.set(key, socket)
    socket.once('close', () => open.delete(key))
    if (open.size <= max) return
    const [silent] = open.values()
    silent?.destroy()
  })
  server.on('request', ({ socket }: { readonly socket: Socket }) => {
    const key = keyOf(socket)
    const active = open.get(key)
    if (active === undefined) return
    open.delete(key)
    open.set(key, active)
  })
}

/**
 * Ends a connection on which a request comes before the one ahead of it is answered. API servers do not do that, and who does
 * could have any number of them in hand by one connection.
 */
export function refusePipelines(server: Server): void {
  const latest = new WeakMap<Socket, ServerResponse>()
  server.on('request', ({ socket }: { readonly socket: Socket }, response: ServerResponse) => {
    if (latest.get(socket)?.writableEnded === false) socket.destroy()
    latest.set(socket, response)
  })
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}|${remotePort}`
}

/** Carries TCP between two network namespaces, through a socket in a folder that both can see. */

import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net'

export interface Relay {
  /** Where it listens, when that is TCP. */
  readonly port: number
  close(): Promise<void>
}

type Listening = { readonly path: string } | { readonly host: string; readonly port: number }

/** What comes in at the one end goes out at the other, and back. */
export async function startRelay(from: Listening, to: NetConnectOpts): Promise<Relay> {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket, other: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => other.destroy())
    socket.on('close', () => {
      sockets.delete(socket)
      if (socket.readableAborted || !socket.readableEnded) other.destroy()
    })
  }
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ ...to, allowHalfOpen: true })
    keep(near, far)
    keep(far, near)
    near.pipe(far)
    far.pipe(near)
  })
  if ('path' in from) await rm(from.path, { force: true })
  server.listen(from)
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'string' ? 0 : (address as AddressInfo).port,
    close: async () => {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

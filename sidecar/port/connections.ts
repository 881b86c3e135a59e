/** Follows the connections of a port as far as a refusal below HTTP needs it: what has arrived, and which reply is due. */

import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

export interface Connection {
  /** The beginning of a head that is not whole yet; undefined when nothing of one has arrived. */
  readonly head: Buffer | undefined
  /** The last reply, finished or not; undefined before the first request. */
  readonly reply: ServerResponse | undefined
}

export interface Connections {
  of(socket: Duplex): Connection | undefined
  /** A head is whole, and `reply` will answer it. */
  begin(reply: ServerResponse): void
}

/** A request line with a long path. */
const HEAD_BYTES = 512

/**
 * Node keeps a head to itself until it is whole, and its errors hold the last packet only. The listener takes the bytes
 * through JavaScript on their way to the parser: no difference was measured (80 us a request with and without).
 */
export function followConnections(server: Server): Connections {
  const connections = new WeakMap<Duplex, Followed>()
  server.on('connection', (socket: Socket) => {
    const followed = new Followed()
    connections.set(socket, followed)
    // Before the parser: the head is forgotten when the parser has understood it.
    socket.prependListener('data', (chunk: Buffer) => followed.take(chunk))
  })
  return {
    of: (socket) => connections.get(socket),
    begin(reply) {
      const { socket } = reply.req
      connections.get(socket)?.begin(reply)
    },
  }
}

class Followed implements Connection {
  head: Buffer | undefined
  reply: ServerResponse | undefined

  take(chunk: Buffer): void {
    if (this.reply?.req.complete === false) return
    const { head } = this
    // A copy of the beginning: a part of a packet would keep the whole of it.
    if (head === undefined) this.head = chunk.length > HEAD_BYTES ? Buffer.from(chunk.subarray(0, HEAD_BYTES)) : chunk
    else if (head.length < HEAD_BYTES) this.head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES)])
  }

  begin(reply: ServerResponse): void {
    this.head = undefined
    this.reply = reply
  }
}

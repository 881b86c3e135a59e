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

/** The socket of a server whose parser reads it natively, and what Node calls on it for each packet (24.21). */
interface ParsedSocket extends Socket {
  parser: { getCurrentBuffer(): Buffer } | null
  _unrefTimer(): void
}

const NONE = Buffer.alloc(0)

export function followConnections(server: Server): Connections {
  const connections = new WeakMap<Duplex, Followed>()
  // After Node's own listener, which gives the socket its parser.
  server.on('connection', (socket: Socket) => connections.set(socket, new Followed(socket as ParsedSocket)))
  return {
    of: (socket) => connections.get(socket),
    begin(reply) {
      const { socket } = reply.req
      connections.get(socket)?.begin(reply)
    },
  }
}

/**
 * Node keeps a head to itself until it is whole, and its errors hold the last packet only. A listener for `data` would see
 * all packets, but takes them off the parser's native way: 20 us of a call's 370. Node puts off the socket's timeout after
 * each packet, while its parser can still show it: only a packet of an open head is copied there.
 */
class Followed implements Connection {
  head: Buffer | undefined
  reply: ServerResponse | undefined
  readonly #socket: ParsedSocket
  #bytesRead = 0
  /** A head has become whole in the packet that is parsed now. */
  #hasBegun = false
  #isInBody = false

  constructor(socket: ParsedSocket) {
    this.#socket = socket
    const putOff = socket._unrefTimer
    socket._unrefTimer = () => {
      putOff.call(socket)
      this.#follow()
    }
  }

  begin(reply: ServerResponse): void {
    this.head = undefined
    this.reply = reply
    this.#hasBegun = true
  }

  /** Called after each packet, and also when something is written. */
  #follow(): void {
    const { bytesRead } = this.#socket
    if (bytesRead !== this.#bytesRead) {
      this.#bytesRead = bytesRead
      if (!this.#hasBegun && !this.#isInBody) this.#take(this.#socket.parser?.getCurrentBuffer() ?? NONE)
      this.#hasBegun = false
    }
    this.#isInBody = this.reply?.req.complete === false
  }

  #take(packet: Buffer): void {
    const { head = NONE } = this
    // A copy of the beginning: a part of a packet would keep the whole of it.
    if (head.length < HEAD_BYTES) this.head = Buffer.concat([head, packet.subarray(0, HEAD_BYTES)])
  }
}

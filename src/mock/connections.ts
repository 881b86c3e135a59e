/** The connections of the mock: numbered, and closed when idle for `idleCloseMs`. */

import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

interface Connection {
  readonly number: number
  idle?: NodeJS.Timeout
}

export class Connections {
  accepted = 0
  readonly #open = new Map<Socket, Connection>()
  readonly #idleCloseMs: number | undefined

  constructor(server: Server, idleCloseMs: number | undefined) {
    this.#idleCloseMs = idleCloseMs
    server.on('connection', (socket) => this.#watch(socket))
  }

  get open(): number {
    return this.#open.size
  }

  /** Records a request on this connection; returns the connection's number. */
  busy(socket: Socket, response: ServerResponse): number {
    const connection = this.#open.get(socket)
    if (connection === undefined) return 0
    clearTimeout(connection.idle)
    if (this.#idleCloseMs !== undefined) {
      response.once('finish', () => {
        connection.idle = setTimeout(() => socket.destroy(), this.#idleCloseMs)
      })
    }
    return connection.number
  }

  #watch(socket: Socket): void {
    this.accepted += 1
    const connection: Connection = { number: this.accepted }
    this.#open.set(socket, connection)
    socket.once('close', () => {
      clearTimeout(connection.idle)
      this.#open.delete(socket)
    })
  }
}

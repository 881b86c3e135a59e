/**
 * Tells a request which connection it goes out on, and whether that connection had served an earlier one. Only then can a
 * connection closed without an answer be the keep-alive race, and only then is a second attempt safe.
 */

import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { Connection } from './connection.ts'

export interface SocketUser {
  /** Called while a request starts, before a byte of it is written. */
  useSocket(connection: Connection, isReused: boolean): void
}

const connections = new WeakMap<Socket, Connection>()
let starting: SocketUser | undefined

/** Call it from undici's `onRequestStart`: the headers are written, and published, in the same synchronous step. */
export function watchSocket(user: SocketUser): void {
  starting = user
}

// The channel belongs to the whole process; requests of other undici users find `starting` unset.
subscribe('undici:client:sendHeaders', (message) => {
  if (starting === undefined) return
  const { socket } = message as { socket: Socket }
  const known = connections.get(socket)
  const connection = known ?? new Connection(socket)
  if (known === undefined) connections.set(socket, connection)
  connection.expectReply()
  starting.useSocket(connection, known !== undefined)
  starting = undefined
})

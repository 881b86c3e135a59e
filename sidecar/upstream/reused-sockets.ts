/**
 * Records whether a request was sent on a connection that had served an earlier one. Only then can a connection closed
 * without an answer be the keep-alive race, and only then is a second attempt safe.
 */

import { subscribe } from 'node:diagnostics_channel'

/** Set by the subscriber below while a request starts. */
export interface SocketUse {
  isSocketReused: boolean
}

const served = new WeakSet<object>()
let starting: SocketUse | undefined

/** Call it from undici's `onRequestStart`: the headers are written, and published, in the same synchronous step. */
export function watchSocket(use: SocketUse): void {
  starting = use
}

// The channel belongs to the whole process; requests of other undici users find `starting` unset.
subscribe('undici:client:sendHeaders', (message) => {
  if (starting === undefined) return
  const { socket } = message as { socket: object }
  starting.isSocketReused = served.has(socket)
  served.add(socket)
  starting = undefined
})

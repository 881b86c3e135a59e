/**
 * Answers what Node's parser refuses: 400, 408 and 431, each with a line and a count. The answer comes after the replies
 * that are due on the connection, or a client would take it for one of them.
 */

import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Connections } from './connections.ts'
import type { PortLimits } from './limits.ts'
import { type ParserError, parserFault } from './parser-fault.ts'
import { type RawRefusalDeps, refuseRaw } from './raw-refusal.ts'

export interface ParserRefusalDeps extends RawRefusalDeps {
  readonly limits: PortLimits
}

const REQUEST_LINE = /^([A-Z]{1,20}) (?:https?:\/\/[^/\s]*)?(\/[^\s]*)/i

/** @returns the listener of a server's `clientError` */
export function createParserRefusals(
  deps: ParserRefusalDeps,
  connections: Connections,
): (error: ParserError, socket: Duplex) => void {
  // A parser that has refused refuses every further packet.
  const refused = new WeakSet<Duplex>()
  return (error, socket) => {
    if (refused.has(socket)) return
    refused.add(socket)
    const { head, reply } = connections.of(socket) ?? {}
    const fault = parserFault(error, head, deps.limits)
    const isDue = reply !== undefined && !reply.writableFinished && !reply.destroyed
    const answer = (): void => {
      const [, method, target] = REQUEST_LINE.exec(head?.toString('latin1') ?? '') ?? []
      // Whoever has sent nothing waits for nothing: a probe of the port, or a browser that connects ahead.
      const isSilent = fault?.code === 'REQUEST_TIMEOUT' && head === undefined
      if (fault === undefined || isSilent || !socket.writable) socket.destroy()
      else refuseRaw(deps, socket, { error: fault, method, target })
    }
    if (!isDue) answer()
    else if (reply.req.complete) reply.once('close', answer)
    else endBody(reply, socket, error.code === 'HPE_INVALID_EOF_STATE' ? undefined : fault)
  }
}

/** The fault is in a body: the call that reads it answers, and its connection has no further use. */
function endBody(reply: ServerResponse, socket: Duplex, fault: Error | undefined): void {
  if (fault === undefined) {
    socket.destroy()
    return
  }
  reply.once('close', () => socket.end())
  // The fault may be found in the packet that began the call, before anyone reads its body.
  setImmediate(() => {
    if (reply.req.listenerCount('error') > 0) reply.req.emit('error', fault)
    else socket.destroy()
  })
}

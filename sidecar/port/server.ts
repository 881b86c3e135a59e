/**
 * The HTTP server of a port. What it takes comes out as a request with a path and one host, from a caller that may ask.
 * What it refuses leaves with a reason, and with a trace, however little of it was HTTP.
 */

import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import { M2MError } from '../../src/core/errors.ts'
import type { Asked, Guard } from '../guard/index.ts'
import { followConnections } from './connections.ts'
import { isAsterisk, notAProxy, readHead } from './head.ts'
import { MAX_HEAD_BYTES, type PortLimits } from './limits.ts'
import { createParserRefusals } from './parser-refusals.ts'
import { type RawRefusalDeps, refuseRaw } from './raw-refusal.ts'

export interface PortDeps extends RawRefusalDeps {
  readonly guard: Guard
  readonly limits: PortLimits
  readonly log: Pick<Logger, 'info' | 'warn'>
}

/** What stands at a path. */
export interface Place {
  readonly asked: Asked
  readonly serve: RequestListener
}

/** What differs between the two ports. */
export interface PortHandlers {
  /** @param path without its query */
  placeOf(path: string): Place
  refuse(req: IncomingMessage, res: ServerResponse, error: M2MError): void
}

/** Every method that is relayed. */
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'

/** How often a full port may say so. */
const DROP_WARNING_MS = 60_000

export function createPortServer(deps: PortDeps, handlers: PortHandlers): Server {
  const { guard, limits } = deps
  const server = createServer({
    maxHeaderSize: MAX_HEAD_BYTES,
    requestTimeout: limits.requestMs,
    headersTimeout: limits.headMs,
    connectionsCheckingInterval: limits.checkMs,
    keepAliveTimeout: limits.keepAliveMs,
    // Node would answer without a body, a line or a count.
    requireHostHeader: false,
  })
  // None is dropped: `readHead` counts them.
  server.maxHeadersCount = 0
  server.maxConnections = limits.maxConnections
  const connections = followConnections(server)

  const accept = (req: IncomingMessage, res: ServerResponse, fault?: M2MError): void => {
    connections.begin(res)
    const headFault = readHead(req, guard)
    const place = handlers.placeOf(pathOf(req))
    const refusal = headFault ?? guard.refusalOf(req, place.asked) ?? fault
    if (refusal !== undefined) handlers.refuse(req, res, refusal)
    else if (isAsterisk(req)) res.writeHead(200, { allow: METHODS, 'content-length': 0 }).end()
    else place.serve(req, res)
  }
  server.on('request', (req, res) => accept(req, res))
  server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) =>
    accept(req, res, isContinue(req) ? undefined : expectation()),
  )
  server.on('checkExpectation', (req: IncomingMessage, res: ServerResponse) => accept(req, res, expectation()))
  server.on('connect', (req: IncomingMessage, socket: Duplex) => refuseTunnel(deps, req, socket))
  server.on('clientError', createParserRefusals(deps, connections))
  server.on('drop', dropWarnings(deps))
  return server
}

/** The path of a request, without its query. */
export function pathOf({ url = '/' }: Pick<IncomingMessage, 'url'>): string {
  const end = url.indexOf('?')
  return end === -1 ? url : url.slice(0, end)
}

/** Node finds the word anywhere in the value. */
function isContinue({ headers: { expect = '' } }: IncomingMessage): boolean {
  return /^(?:100-continue(?:, )?)+$/i.test(expect)
}

function expectation(): M2MError {
  return new M2MError('the only expectation that can be met is 100-continue', { code: 'EXPECTATION_FAILED' })
}

/** The phrase is all that some clients show of a tunnel that fails. */
function refuseTunnel(deps: RawRefusalDeps, req: IncomingMessage, socket: Duplex): void {
  const { method, url: target } = req
  const phrase = 'Not a forward proxy: set a base URL such as OPENAI_BASE_URL instead'
  refuseRaw(deps, socket, { error: notAProxy(req), status: 501, phrase, method, target })
}

function dropWarnings({ log, limits }: PortDeps): () => void {
  let quietUntil = 0
  return () => {
    const now = performance.now()
    if (now < quietUntil) return
    quietUntil = now + DROP_WARNING_MS
    log.warn({ connections: limits.maxConnections }, 'a port has all the connections it takes; further ones are closed')
  }
}

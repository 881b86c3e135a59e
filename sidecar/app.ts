/** The two ports: the proxy with the engine on one, probes, metrics and the savings page on the other. */

import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { DEFAULT_DIALECT, errorReply } from '../src/core/dialect/index.ts'
import { M2MError } from '../src/core/errors.ts'
import { repairSlashes } from '../src/core/policy/index.ts'
import { type AdminDeps, registerAdmin, registerStatus } from './admin/index.ts'
import { callIdOf } from './call/call-id.ts'
import { handleCall } from './call/pipeline.ts'
import type { Services } from './call/services.ts'
import { registerEngine } from './engine-api/index.ts'
import { asM2MError, problemOf } from './error-reply.ts'
import { REFUSED, recordRefusal } from './telemetry/index.ts'

/** Paths of the data port that are ours; all others belong to a provider. */
const OWN_PATHS: ReadonlySet<string> = new Set(['/health', '/stats', '/v1/compress', '/v1/decompress'])

const MAX_HEADER_BYTES = 64 * 1024
/** Longer than clients keep their own idle connections, so that the clients close them. */
const KEEP_ALIVE_MS = 75_000
/** Time for a request's head to arrive. A body may take any time: uploads have no limit. */
const HEADERS_MS = 60_000
/** How long a caller whose tunnel is refused may take to read so. */
const TUNNEL_MS = 1000

/**
 * The data port. Fastify serves our own paths; everything else goes to the pipeline before Fastify's router, parsers
 * and 404s see it: they would decode, limit or refuse what a transparent proxy must pass.
 */
export function createDataApp(services: Services, status: Pick<AdminDeps, 'state' | 'statistics'>): FastifyInstance {
  const app = fastify({
    serverFactory: (own) => createDataServer(services, own),
    genReqId: ({ headers }) => callIdOf(headers),
    frameworkErrors: (thrown, request, reply) => refuse(services, thrown, request, reply),
    bodyLimit: services.policies.current.limits.maxBodyBytes,
    // As for provider paths: one slash too many must not send a prompt that is meant for the engine to a provider.
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true },
  })
  app.addHook('onRequest', (request, reply, next) => {
    if (services.policies.current.telemetry.responseHeaders) reply.header('x-m2m-call', request.id)
    next()
  })
  app.setErrorHandler((thrown: FastifyError | Error, request, reply) => refuse(services, thrown, request, reply))
  app.setNotFoundHandler(() => {
    throw new M2MError('this path of the sidecar does not take this method', { code: 'NO_SUCH_ROUTE' })
  })
  registerStatus(app, status)
  registerEngine(app, services)
  return app
}

/** Answers a call to a path of ours with an error. */
function refuse(services: Services, thrown: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void {
  const error = asM2MError(ofFastify(thrown))
  const { method, url: target, id: call } = request
  if (error.code === 'INTERNAL') services.log.error({ call, err: thrown }, 'an engine path failed')
  const problem = problemOf(error)
  recordRefusal(services, { error, status: problem.status, method, target, call })
  if (services.policies.current.telemetry.responseHeaders) reply.header('x-m2m-outcome', REFUSED)
  reply.code(problem.status).type('application/json').send(errorReply(DEFAULT_DIALECT, problem))
}

/** The admin port. */
export function createAdminApp({ policies }: Pick<Services, 'policies'>, deps: AdminDeps): FastifyInstance {
  const app = fastify()
  app.addHook('onRequest', (request, reply, next) => {
    const isHidden = request.url.startsWith('/metrics') && !policies.current.telemetry.metrics
    if (isHidden) reply.callNotFound()
    else next()
  })
  registerAdmin(app, deps)
  return app
}

function createDataServer(services: Services, own: RequestListener): Server {
  const listener = (req: IncomingMessage, res: ServerResponse): void => {
    if (isOwnPath(req.url ?? '/')) own(req, res)
    else void handleCall(services, req, res)
  }
  const options = { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: 0, headersTimeout: HEADERS_MS }
  const server = createServer({ ...options, keepAliveTimeout: KEEP_ALIVE_MS }, listener)
  // The pipeline invites a body only when it is wanted: a refused one is never sent.
  server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => {
    if (isOwnPath(req.url ?? '/')) res.writeContinue()
    listener(req, res)
  })
  server.on('connect', (req: IncomingMessage, socket: Duplex) => refuseTunnel(services, req, socket))
  return server
}

function isOwnPath(url: string): boolean {
  const end = url.indexOf('?')
  const path = repairSlashes(end === -1 ? url : url.slice(0, end))
  return OWN_PATHS.has(path) || path.startsWith('/_m2m/')
}

/** The server no longer knows this socket: without an end of its own it would outlive every call, and the drain. */
function refuseTunnel(services: Services, { method, url: target }: IncomingMessage, socket: Duplex): void {
  const timer = setTimeout(() => socket.destroy(), TUNNEL_MS)
  socket.once('close', () => clearTimeout(timer))
  socket.on('error', () => undefined)
  socket.resume()
  const error = new M2MError('tunnels are not relayed; give the client this address as its base URL, not as a proxy', {
    code: 'NO_SUCH_ROUTE',
  })
  recordRefusal(services, { error, status: 501, method, target })
  const outcome = services.policies.current.telemetry.responseHeaders ? `x-m2m-outcome: ${REFUSED}\r\n` : ''
  socket.end(`HTTP/1.1 501 Not Implemented\r\n${outcome}connection: close\r\ncontent-length: 0\r\n\r\n`)
}

function ofFastify(thrown: FastifyError | Error): Error {
  const code = 'code' in thrown ? thrown.code : undefined
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new M2MError('the body is too large', { code: 'BODY_TOO_LARGE' })
  if (code === 'FST_ERR_BAD_URL') return new M2MError('the path is badly encoded', { code: 'PATH_REFUSED' })
  return thrown
}

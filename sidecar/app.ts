/** The two ports: the proxy with the engine on one, probes, metrics and the savings page on the other. */

import type { RequestListener, Server, ServerResponse } from 'node:http'
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { DEFAULT_DIALECT, errorReply } from '../src/core/dialect/index.ts'
import { M2MError } from '../src/core/errors.ts'
import { repairSlashes } from '../src/core/policy/index.ts'
import { type AdminDeps, registerAdmin, registerStatus } from './admin/index.ts'
import { callIdOf } from './call/call-id.ts'
import { handleCall, shuttingDown } from './call/pipeline.ts'
import type { LiveCall, Services } from './call/services.ts'
import { registerEngine } from './engine-api/index.ts'
import { asM2MError, problemOf, statusOf } from './error-reply.ts'
import type { Asked } from './guard/index.ts'
import { createPortServer, type Place, type PortDeps } from './port/index.ts'
import { REFUSED, recordRefusal } from './telemetry/index.ts'
import { inviteBody } from './wire/request-body.ts'

/** Paths of the data port that are ours; all others belong to a provider. */
const OWN_PATHS: Readonly<Record<string, Asked>> = {
  '/health': 'probes',
  '/stats': 'figures',
  '/v1/compress': 'calls',
  '/v1/decompress': 'calls',
  '/_m2m/health': 'probes',
  '/_m2m/compress': 'calls',
  '/_m2m/openapi.json': 'calls',
}
/** Most of those who ask for another path than the admin port's have its number in their base URL. */
const NOT_HERE =
  'the admin port has no such path or method; calls of LLMs go to the data port (the log names both: sidecar ready)'
const PROBES: ReadonlySet<string> = new Set(['/livez', '/readyz', '/startupz', '/metrics'])

/** Who may ask, and what connections may take: the same on both ports. */
export type PortSettings = Pick<PortDeps, 'guard' | 'limits'>

/**
 * The data port. Fastify serves our own paths; everything else goes to the pipeline before Fastify's router, parsers
 * and 404s see it: they would decode, limit or refuse what a transparent proxy must pass.
 */
export function createDataApp(
  services: Services,
  status: Pick<AdminDeps, 'state' | 'statistics'>,
  settings: PortSettings,
): FastifyInstance {
  const app = fastify({
    serverFactory: (own) => createDataServer(services, settings, own),
    clientErrorHandler: answeredByServer,
    genReqId: ({ headers }) => callIdOf(headers),
    frameworkErrors: (thrown, request, reply) => refuse(services, thrown, request, reply),
    bodyLimit: services.policies.current.limits.maxBodyBytes,
    // As for provider paths: one slash too many must not send a prompt that is meant for the engine to a provider.
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true },
  })
  app.addHook('onRequest', (request, reply, next) => {
    if (services.policies.current.telemetry.responseHeaders) reply.header('x-m2m-call', request.id)
    if (request.method !== 'POST') next()
    else if (services.isDraining) next(shuttingDown())
    else {
      followEngineCall(services, request, reply)
      next()
    }
  })
  app.setErrorHandler((thrown: FastifyError | Error, request, reply) => refuse(services, thrown, request, reply))
  app.setNotFoundHandler(() => {
    throw new M2MError('this path of the sidecar does not take this method', { code: 'NO_SUCH_ROUTE' })
  })
  registerStatus(app, status)
  registerEngine(app, services)
  return app
}

/** A drain waits for the engine's calls as for those to a provider. */
function followEngineCall(services: Services, request: FastifyRequest, reply: FastifyReply): void {
  const call: LiveCall = {
    ended: new Promise<void>((resolve) => reply.raw.once('close', resolve)),
    fail(error) {
      if (!reply.sent) refuse(services, error, request, reply)
    },
  }
  services.live.add(call)
  void call.ended.then(() => services.live.delete(call))
}

/** Answers a call to a path of ours with an error. */
function refuse(services: Services, thrown: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void {
  const error = asM2MError(ofFastify(thrown))
  const { method, url: target, id: call } = request
  if (error.code === 'INTERNAL') services.log.error({ call, err: thrown }, 'an engine path failed')
  const problem = problemOf(error)
  recordRefusal(services, { error, status: problem.status, method, target, call })
  if (services.policies.current.telemetry.responseHeaders) reply.header('x-m2m-outcome', REFUSED)
  if (error.code === 'DRAINING') reply.header('connection', 'close')
  reply.code(problem.status).type('application/json').send(errorReply(DEFAULT_DIALECT, problem))
}

/** The admin port. */
export function createAdminApp(
  services: Pick<Services, 'policies' | 'log'>,
  deps: AdminDeps,
  settings: PortSettings,
): FastifyInstance {
  const portDeps = { ...services, ...settings, telemetry: deps.telemetry }
  const app = fastify({
    serverFactory: (own) => createAdminServer(portDeps, own),
    clientErrorHandler: answeredByServer,
    frameworkErrors: (thrown, request, reply) => refuseAdmin(portDeps, thrown, request, reply),
  })
  app.setErrorHandler((thrown: FastifyError | Error, request, reply) => refuseAdmin(portDeps, thrown, request, reply))
  app.setNotFoundHandler(() => {
    throw new M2MError(NOT_HERE, { code: 'NO_SUCH_ROUTE' })
  })
  app.addHook('onRequest', (request, reply, next) => {
    const isHidden = request.url.startsWith('/metrics') && !services.policies.current.telemetry.metrics
    if (isHidden) reply.code(404).type('text/plain').send('M2M: the policy has telemetry.metrics: false\n')
    else next()
  })
  registerAdmin(app, deps)
  return app
}

/** Answers a request to the admin port with an error, in the form that the savings page reads. */
function refuseAdmin(deps: PortDeps, thrown: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void {
  const { method, url: target } = request
  const asked = ofFastify(thrown)
  const known = 'statusCode' in asked && Number(asked.statusCode) < 500 ? Number(asked.statusCode) : undefined
  const error = asM2MError(known === undefined ? asked : new M2MError(SAMPLE_WANTED, { code: 'USAGE', cause: asked }))
  const status = known ?? statusOf(error.code)
  if (error.code === 'INTERNAL') deps.log.warn({ err: thrown }, 'a path of the admin port failed')
  recordRefusal(deps, { error, status, method, target })
  const message = `M2M: ${error.message}`
  // The page reads `message`; an SDK whose base URL has this port reads `error`.
  reply.code(status).headers(outcomeOf(deps)).type('application/json').send({ message, error: { message } })
}

/** Fastify's words may quote what was sent. Nothing else on this port reads a body. */
const SAMPLE_WANTED = 'the preview takes application/json whose `sample` is a text'

function outcomeOf({ policies }: Pick<PortDeps, 'policies'>): Record<string, string> {
  return policies.current.telemetry.responseHeaders ? { 'x-m2m-outcome': REFUSED } : {}
}

/** Fastify's own would answer a second time. */
function answeredByServer(): void {}

function createDataServer(services: Services, settings: PortSettings, own: RequestListener): Server {
  const places = placesOf(own)
  const relayed: Place = { asked: 'calls', serve: (req, res) => void handleCall(services, req, res) }
  const { policies, telemetry, log } = services
  const deps = { policies, telemetry, log, ...settings }
  return createPortServer(deps, {
    placeOf(path) {
      const asked = ownPath(path)
      return asked === undefined ? relayed : places[asked]
    },
    refuse: (req, res, error) => void handleCall(services, req, res, error),
  })
}

function createAdminServer(deps: PortDeps, own: RequestListener): Server {
  const places = placesOf(own)
  return createPortServer(deps, {
    placeOf: (path) => places[PROBES.has(path) ? 'probes' : 'figures'],
    refuse(req, res, error) {
      const { method, url: target } = req
      const status = statusOf(error.code)
      recordRefusal(deps, { error, status, method, target })
      refuseAsText(res, { status, headers: outcomeOf(deps), error })
    },
  })
}

/** Of the paths that Fastify serves. */
function placesOf(own: RequestListener): Readonly<Record<Asked, Place>> {
  const serve: RequestListener = (req, res) => {
    inviteBody(req, res)
    own(req, res)
  }
  return {
    calls: { asked: 'calls', serve },
    figures: { asked: 'figures', serve },
    probes: { asked: 'probes', serve },
  }
}

interface TextRefusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly error: M2MError
}

/** For a person with a browser, or with curl. */
function refuseAsText(res: ServerResponse, { status, headers, error }: TextRefusal): void {
  const own = { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }
  res.writeHead(status, { ...own, ...headers }).end(`M2M: ${error.message}\n`)
}

/** @returns what a path of ours asks for; undefined for a provider's */
function ownPath(path: string): Asked | undefined {
  const repaired = repairSlashes(path)
  // Escapes may hide a path of ours from this table: below /_m2m it is then taken for the one with the most to guard.
  return OWN_PATHS[repaired] ?? (repaired.startsWith('/_m2m/') ? 'figures' : undefined)
}

function ofFastify(thrown: FastifyError | Error): Error {
  const code = 'code' in thrown ? thrown.code : undefined
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new M2MError('the body is too large', { code: 'BODY_TOO_LARGE' })
  if (code === 'FST_ERR_BAD_URL') return new M2MError('the path is badly encoded', { code: 'PATH_REFUSED' })
  return thrown
}

/** The apps of our own paths. Loaded when one of them is first asked for: Fastify and its validators take 1.1 MB of code. */

import type { RequestListener } from 'node:http'
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { DEFAULT_DIALECT, errorReply } from '../src/core/dialect/index.ts'
import { M2MError } from '../src/core/errors.ts'
import { type AdminDeps, createPreview, registerAdmin, registerStatus } from './admin/index.ts'
import { callIdOf } from './call/call-id.ts'
import type { LiveCall } from './call/live-calls.ts'
import { shuttingDown } from './call/pipeline.ts'
import type { Services } from './call/services.ts'
import { registerEngine } from './engine-api/index.ts'
import { asM2MError, problemOf, statusOf } from './error-reply.ts'
import { REFUSED, recordRefusal } from './telemetry/index.ts'

/** Most of those who ask for another path than the admin port's have its number in their base URL. */
const NOT_HERE =
  'the admin port has no such path or method; calls of LLMs go to the data port (the log names both: sidecar ready)'

/** @returns what serves a request that the port has accepted */
export async function listenerOf(app: FastifyInstance): Promise<RequestListener> {
  await app.ready()
  return app.routing
}

/** Our own paths on the data port. */
export function createDataApp(
  services: Services,
  status: Pick<AdminDeps, 'state' | 'statistics'>,
  bodyLimit: number,
): FastifyInstance {
  const app = fastify({
    genReqId: ({ headers }) => callIdOf(headers),
    frameworkErrors: (thrown, request, reply) => refuse(services, thrown, request, reply),
    bodyLimit,
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
    fail(error) {
      if (!reply.sent) refuse(services, error, request, reply)
    },
  }
  const entry = services.live.add(call)
  reply.raw.once('close', () => services.live.delete(entry))
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

/** The admin port, but for its probes. */
export function createAdminApp(services: Services, deps: AdminDeps): FastifyInstance {
  const { policies, vocabularies } = services
  const app = fastify({
    frameworkErrors: (thrown, request, reply) => refuseAdmin(services, thrown, request, reply),
  })
  app.setErrorHandler((thrown: FastifyError | Error, request, reply) => refuseAdmin(services, thrown, request, reply))
  app.setNotFoundHandler(() => {
    throw new M2MError(NOT_HERE, { code: 'NO_SUCH_ROUTE' })
  })
  app.addHook('onRequest', (request, reply, next) => {
    const isHidden = request.url.startsWith('/metrics') && !policies.current.telemetry.metrics
    if (isHidden) reply.code(404).type('text/plain').send('M2M: the policy has telemetry.metrics: false\n')
    else next()
  })
  const preview = createPreview({
    vocabularies,
    settings: () => ({ ...policies.current.compression, isHeldOut: false }),
  })
  registerAdmin(app, { ...deps, preview })
  return app
}

/** Answers a request to the admin port with an error, in the form that the savings page reads. */
function refuseAdmin(
  services: Services,
  thrown: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { method, url: target } = request
  const asked = ofFastify(thrown)
  const known = 'statusCode' in asked && Number(asked.statusCode) < 500 ? Number(asked.statusCode) : undefined
  const error = asM2MError(known === undefined ? asked : new M2MError(SAMPLE_WANTED, { code: 'USAGE', cause: asked }))
  const status = known ?? statusOf(error.code)
  if (error.code === 'INTERNAL') services.log.warn({ err: thrown }, 'a path of the admin port failed')
  recordRefusal(services, { error, status, method, target })
  const message = `M2M: ${error.message}`
  // The page reads `message`; an SDK whose base URL has this port reads `error`.
  if (services.policies.current.telemetry.responseHeaders) reply.header('x-m2m-outcome', REFUSED)
  reply.code(status).type('application/json').send({ message, error: { message } })
}

/** Fastify's words may quote what was sent. Nothing else on this port reads a body. */
const SAMPLE_WANTED = 'the preview takes application/json whose `sample` is a text'

function ofFastify(thrown: FastifyError | Error): Error {
  const code = 'code' in thrown ? thrown.code : undefined
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new M2MError('the body is too large', { code: 'BODY_TOO_LARGE' })
  if (code === 'FST_ERR_BAD_URL') return new M2MError('the path is badly encoded', { code: 'PATH_REFUSED' })
  return thrown
}

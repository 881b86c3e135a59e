/**
 * The two ports: the proxy with the engine on one, probes, metrics and the savings page on the other. What an idle
 * sidecar is asked for, and what is relayed, is served from here; other paths of ours load their app.
 */

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { M2MError } from '../src/core/errors.ts'
import { repairSlashes } from '../src/core/policy/index.ts'
import type { AdminDeps } from './admin/index.ts'
import { PROBES } from './admin/probes.ts'
import { handleCall } from './call/pipeline.ts'
import type { Services } from './call/services.ts'
import { asM2MError, statusOf } from './error-reply.ts'
import type { Asked } from './guard/index.ts'
import { createPort, createPortServer, type Place, type Port, type PortDeps, pathOf, whenAsked } from './port/index.ts'
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

/** Who may ask, and what connections may take: the same on both ports. */
export type PortSettings = Pick<PortDeps, 'guard' | 'limits'>

/**
 * The data port. Fastify serves our own paths; everything else goes to the pipeline before Fastify's router, parsers
 * and 404s see it: they would decode, limit or refuse what a transparent proxy must pass.
 */
export function createDataPort(
  services: Services,
  status: Pick<AdminDeps, 'state' | 'statistics'>,
  settings: PortSettings,
): Port {
  const { policies, telemetry, log } = services
  const refuse = (req: IncomingMessage, res: ServerResponse, error: M2MError): void =>
    handleCall(services, req, res, error)
  // As it is at the start: a port does not change it while it is open.
  const bodyLimit = policies.current.limits.maxBodyBytes
  const load = async (): Promise<RequestListener> => {
    const { createDataApp, listenerOf } = await import('./app.ts')
    return listenerOf(createDataApp(services, status, bodyLimit))
  }
  const places = placesOf(ownPaths(services, load, refuse))
  const relayed: Place = { asked: 'calls', serve: (req, res) => handleCall(services, req, res) }
  return createPort(() =>
    createPortServer(
      { policies, telemetry, log, ...settings },
      {
        placeOf(path) {
          const asked = ownPath(path)
          return asked === undefined ? relayed : places[asked]
        },
        refuse,
      },
    ),
  )
}

/** The admin port. */
export function createAdminPort(services: Services, deps: AdminDeps, settings: PortSettings): Port {
  const { policies, telemetry, log } = services
  const portDeps = { policies, telemetry, log, ...settings }
  const refuse = (req: IncomingMessage, res: ServerResponse, error: M2MError): void =>
    refuseAsText(portDeps, req, res, error)
  const load = async (): Promise<RequestListener> => {
    const { createAdminApp, listenerOf } = await import('./app.ts')
    return listenerOf(createAdminApp(services, deps))
  }
  const own = ownPaths(services, load, refuse)
  const probeDeps = { policies, telemetry, state: deps.state }
  const places = placesOf((req, res) => {
    const probe = req.method === 'GET' || req.method === 'HEAD' ? PROBES.get(pathOf(req)) : undefined
    if (probe === undefined) own(req, res)
    else probe(res, probeDeps).catch((cause: unknown) => refuse(req, res, asM2MError(cause)))
  })
  return createPort(() =>
    createPortServer(portDeps, { placeOf: (path) => places[PROBES.has(path) ? 'probes' : 'figures'], refuse }),
  )
}

/** Fastify's, loaded for the first request. A drain waits for the loading as for a call: who asked is answered. */
function ownPaths(
  services: Pick<Services, 'live'>,
  load: () => Promise<RequestListener>,
  refuse: (req: IncomingMessage, res: ServerResponse, error: M2MError) => void,
): RequestListener {
  const loadForCall = async (): Promise<RequestListener> => {
    const loading = load()
    const entry = services.live.add({ fail() {} })
    return loading.finally(() => services.live.delete(entry))
  }
  return whenAsked(loadForCall, (req, res, cause) => refuse(req, res, asM2MError(cause)))
}

/** Of the paths that are ours. */
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

/** For a person with a browser, or with curl. */
function refuseAsText(deps: PortDeps, req: IncomingMessage, res: ServerResponse, error: M2MError): void {
  const { method, url: target } = req
  const status = statusOf(error.code)
  recordRefusal(deps, { error, status, method, target })
  const outcome = deps.policies.current.telemetry.responseHeaders ? { 'x-m2m-outcome': REFUSED } : {}
  const own = { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }
  res.writeHead(status, { ...own, ...outcome }).end(`M2M: ${error.message}\n`)
}

/** @returns what a path of ours asks for; undefined for a provider's */
function ownPath(path: string): Asked | undefined {
  const repaired = repairSlashes(path)
  // Escapes may hide a path of ours from this table: below /_m2m it is then taken for the one with the most to guard.
  return OWN_PATHS[repaired] ?? (repaired.startsWith('/_m2m/') ? 'figures' : undefined)
}

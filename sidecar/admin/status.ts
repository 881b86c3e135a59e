/** `/health` and `/stats`, as the M2M proxy has always answered them; on the data port also below `/_m2m`. */

import type { FastifyInstance } from 'fastify'
import { VERSION } from '../../src/core/version.ts'
import type { Statistics } from '../telemetry/index.ts'

/** starting: no policy yet; draining: live calls finish, no new one is accepted. */
export type SidecarState = 'starting' | 'ready' | 'draining'

export interface StatusDeps {
  readonly statistics: Statistics
  state(): SidecarState
}

/** The data port's own paths; everything else there belongs to the proxy. */
export function registerStatus(fastify: FastifyInstance, deps: StatusDeps): void {
  for (const prefix of ['', '/_m2m']) {
    fastify.get(`${prefix}/health`, (_request, reply) => {
      const state = deps.state()
      const isHealthy = state === 'ready'
      return reply.code(isHealthy ? 200 : 503).send({
        status: isHealthy ? 'healthy' : state,
        service: 'm2m-proxy',
        version: VERSION,
        uptime_seconds: deps.statistics.snapshot().uptime_seconds,
      })
    })
    fastify.get(`${prefix}/stats`, (_request, reply) => reply.send(deps.statistics.snapshot()))
  }
}

/** The admin port's paths: probes and metrics; the savings page, its figures and its preview. The guard decides who may ask. */

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { M2MError } from '../../src/core/errors.ts'
import type { PinStore } from '../pins/index.ts'
import type { Telemetry } from '../telemetry/index.ts'
import { PAGE, PAGE_POLICY } from './page.ts'
import type { Preview } from './preview.ts'
import type { SidecarState, StatusDeps } from './status.ts'

export interface AdminDeps extends StatusDeps {
  readonly telemetry: Pick<Telemetry, 'prometheusText' | 'refused'>
  /** Compresses a sample that a visitor pasted, with the policy in force. */
  readonly preview: Preview
  readonly pinStore: Pick<PinStore, 'unpin'>
}

const MAX_SAMPLE_BYTES = 1024 * 1024
const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export function registerAdmin(fastify: FastifyInstance, deps: AdminDeps): void {
  registerProbes(fastify, deps)
  fastify.get('/metrics', async (_request, reply) =>
    reply.type(PROMETHEUS_TYPE).send(await deps.telemetry.prometheusText()),
  )
  fastify.get('/', (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .headers({ 'content-security-policy': PAGE_POLICY, 'x-content-type-options': 'nosniff' })
      .send(PAGE),
  )
  fastify.get('/stats', (_request, reply) => reply.header('cache-control', 'no-store').send(deps.statistics.snapshot()))
  registerPreview(fastify, deps.preview)
  registerUnpin(fastify, deps.pinStore)
}

function registerProbes(fastify: FastifyInstance, deps: StatusDeps): void {
  const probe = (path: string, isGood: (state: SidecarState) => boolean): void => {
    fastify.get(path, (_request, reply) => {
      const state = deps.state()
      return reply
        .code(isGood(state) ? 200 : 503)
        .type('text/plain')
        .send(`${state}\n`)
    })
  }
  probe('/livez', () => true)
  probe('/startupz', (state) => state !== 'starting')
  probe('/readyz', (state) => state === 'ready')
}

function registerPreview(fastify: FastifyInstance, preview: Preview): void {
  // A form on another site can send text. To send JSON, its browser asks first (CORS), and nothing here answers that.
  fastify.removeContentTypeParser('text/plain')
  fastify.post<{ Body: { sample: string } }>(
    '/preview',
    {
      bodyLimit: MAX_SAMPLE_BYTES,
      schema: {
        body: { type: 'object', required: ['sample'], properties: { sample: { type: 'string', minLength: 1 } } },
      },
    },
    async (request, reply) => reply.header('cache-control', 'no-store').send(await preview(request.body.sample)),
  )
}

/** The operator's switch (docs/conversations.md, Unpin). */
function registerUnpin(fastify: FastifyInstance, pinStore: AdminDeps['pinStore']): void {
  fastify.post('/unpin', { onRequest: refuseOtherSites }, () => pinStore.unpin())
}

/** A page on another site can post here with no question asked first, but its browser says that it does. */
async function refuseOtherSites({ headers }: FastifyRequest): Promise<void> {
  const site = headers['sec-fetch-site'] ?? 'none'
  if (headers.origin === undefined && (site === 'none' || site === 'same-origin')) return
  throw new M2MError('this is no call for a page: use m2m unpin, or curl', { code: 'CALLER_REFUSED' })
}

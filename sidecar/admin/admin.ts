/** The admin port's paths: the savings page, its figures and its preview; probes.ts has the others. The guard decides who may ask. */

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { M2MError } from '../../src/core/errors.ts'
import type { PinStore } from '../pins/index.ts'
import { PAGE, PAGE_POLICY } from './page.ts'
import type { Preview } from './preview.ts'
import type { StatusDeps } from './status.ts'

export interface AdminDeps extends StatusDeps {
  readonly pinStore: Pick<PinStore, 'unpin'>
}

export interface AdminAppDeps extends AdminDeps {
  /** Compresses a sample that a visitor pasted, with the policy in force. */
  readonly preview: Preview
}

const MAX_SAMPLE_BYTES = 1024 * 1024

export function registerAdmin(fastify: FastifyInstance, deps: AdminAppDeps): void {
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

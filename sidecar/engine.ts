/** The engine as a service on the data port: a request body in, the compressed body and the report out, and back. */

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { PROFILES, type ProfileName } from '../src/core/compress/index.ts'
import { compressInput, decompressInput, toJson } from '../src/core/engine/index.ts'
import { M2MError } from '../src/core/errors.ts'
import type { House } from './house.ts'
import { decode } from './wire/content-encoding.ts'

export type EngineDeps = Pick<House, 'policies' | 'vocabularies'>

/** What a query may say better than the body does. */
interface Overrides {
  readonly dialect?: string
  readonly profile?: string
  readonly model?: string
}

type EngineRequest = FastifyRequest<{ Body: Buffer | undefined; Querystring: Overrides }>

/** `POST /v1/compress` (also `/_m2m/compress`) and `POST /v1/decompress`, as product.md has them. */
export function registerEngine(fastify: FastifyInstance, deps: EngineDeps): void {
  fastify.removeAllContentTypeParsers()
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  for (const path of ['/v1/compress', '/_m2m/compress']) {
    fastify.post(path, async (request: EngineRequest, reply) =>
      reply.type('application/json').send(compressed(deps, request.query, await contentOf(deps, request))),
    )
  }
  fastify.post('/v1/decompress', async (request: EngineRequest, reply) =>
    reply.type('application/json').send(decompressed(request.query, await contentOf(deps, request))),
  )
}

/** @returns JSON: `request` byte for byte as it would be sent, and the report */
function compressed({ policies, vocabularies }: EngineDeps, overrides: Overrides, content: Uint8Array): Buffer {
  const { compression } = policies.current
  const profile = profileNamed(overrides.profile) ?? compression.profile
  const { dialect, model } = overrides
  const settings = { ...compression, profile }
  const { body, report } = compressInput(content, { settings, vocabularies, dialect, model })
  return toJson(body, report)
}

/** @returns JSON: `request`, equivalent to what was compressed */
function decompressed({ dialect }: Overrides, content: Uint8Array): Buffer {
  return toJson(decompressInput(content, { dialect }))
}

async function contentOf({ policies }: EngineDeps, { body, headers }: EngineRequest): Promise<Uint8Array> {
  if (body === undefined) throw new M2MError('there is no body', { code: 'BODY_NOT_JSON' })
  const { maxTransformBytes } = policies.current.limits
  if (body.length > maxTransformBytes) {
    throw new M2MError(`the body is larger than the limit of ${maxTransformBytes} bytes`, { code: 'BODY_TOO_LARGE' })
  }
  const content = await decode(body, headers['content-encoding'], maxTransformBytes)
  if (content !== undefined) return content
  throw new M2MError('the body does not decode as its content-encoding says, or grows too large', {
    code: 'BODY_NOT_DECODABLE',
  })
}

function profileNamed(name: string | undefined): ProfileName | undefined {
  if (name === undefined || Object.hasOwn(PROFILES, name)) return name as ProfileName | undefined
  throw new M2MError(`no such profile; there are ${Object.keys(PROFILES).join(', ')}`, { code: 'USAGE' })
}

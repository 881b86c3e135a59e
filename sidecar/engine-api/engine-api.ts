/** The engine as an HTTP service on the data port: compresses a request body with a report, and decompresses it again. */

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { compressingInput, decompressingInput, toGatewayJson, toJson } from '../../src/core/engine/index.ts'
import { M2MError } from '../../src/core/errors.ts'
import type { CompiledPolicy } from '../../src/core/policy/index.ts'
import type { Wait } from '../course.ts'
import { inTurns } from '../in-turns.ts'
import type { CompressDeps } from '../request/compress.ts'
import { isLarge } from '../request/large-bodies.ts'
import { decode } from '../wire/content-encoding.ts'
import { engineDescription } from './description.ts'
import { type Parameter, parametersOf } from './parameters.ts'

export interface EngineDeps extends CompressDeps {
  readonly policies: { readonly current: CompiledPolicy }
  readonly bodyQueue: Wait
}

type EngineRequest = FastifyRequest<{ Body: Buffer | undefined }>

/** `POST /v1/compress` (also `/_m2m/compress`) and `POST /v1/decompress`, with their OpenAPI description (docs/engine-api.md). */
export function registerEngine(fastify: FastifyInstance, deps: EngineDeps): void {
  fastify.get('/_m2m/openapi.json', (_request, reply) => reply.send(engineDescription()))
  fastify.removeAllContentTypeParsers()
  // The content type is ignored: Fastify would refuse one that it cannot parse.
  fastify.addHook('onRequest', (request, _reply, done) => {
    delete request.headers['content-type']
    done()
  })
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  for (const path of ['/v1/compress', '/_m2m/compress']) {
    fastify.post(path, async (request: EngineRequest, reply) => {
      const parameters = parametersOf(request.query, ['dialect', 'profile', 'model'])
      return reply.type('application/json').send(await compressed(deps, parameters, await contentOf(deps, request)))
    })
  }
  fastify.post('/v1/decompress', async (request: EngineRequest, reply) => {
    const { dialect } = parametersOf(request.query, ['dialect'])
    const decompressed = decompressingInput(await contentOf(deps, request), { dialect })
    return reply.type('application/json').send(toJson(await inTurns(decompressed, deps.bodyQueue)))
  })
}

/** @returns JSON: `request` byte for byte as it would be sent, the report, and what gateways read of them */
async function compressed(
  { policies, vocabularies, blockCache: cache, bodyQueue }: EngineDeps,
  { dialect, model, profile }: Partial<Parameter>,
  content: Uint8Array,
): Promise<Buffer> {
  const { compression } = policies.current
  const settings = { ...compression, profile: profile ?? compression.profile }
  const compressing = compressingInput(content, { settings, vocabularies, dialect, model, cache })
  const { body, report } = await inTurns(compressing, bodyQueue)
  return toGatewayJson(body, report)
}

async function contentOf({ policies, bodyQueue }: EngineDeps, { body, headers }: EngineRequest): Promise<Uint8Array> {
  if (body === undefined) throw new M2MError('there is no body', { code: 'BODY_NOT_JSON' })
  const { maxTransformBytes } = policies.current.limits
  if (body.length > maxTransformBytes) {
    throw new M2MError(`the body is larger than the limit of ${maxTransformBytes} bytes`, { code: 'BODY_TOO_LARGE' })
  }
  const content = await decode(body, headers['content-encoding'], maxTransformBytes)
  if (content === undefined) {
    throw new M2MError('the body does not decode by its content-encoding, or grows too large', {
      code: 'BODY_NOT_DECODABLE',
    })
  }
  if (isLarge(content)) await new Promise<void>((go) => bodyQueue.run(go))
  return content
}

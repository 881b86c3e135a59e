/** The engine as a service on the data port: a request body in, the compressed body and the report out, and back. */

import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  compressRequest,
  decompressRequest,
  PROFILES,
  type ProfileName,
  type Report,
} from '../src/core/compress/index.ts'
import { type Dialect, detectDialect, dialects, type ReadBody, readBody } from '../src/core/dialect/index.ts'
import { M2MError } from '../src/core/errors.ts'
import { endOf, type JsonTape, memberOf, NONE, scanJson, startOf } from '../src/core/json/index.ts'
import { resolveCounter } from '../src/core/tokenizer/index.ts'
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
  const read = understand(content, overrides.dialect)
  const counter = resolveCounter(overrides.model ?? read.facts.model, read.dialect.provider, vocabularies)
  const { compression } = policies.current
  const profile = profileNamed(overrides.profile) ?? compression.profile
  // Whoever calls this asks for compression, whatever the policy's mode.
  const settings = { ...compression, profile, mode: 'Enforce', isHeldOut: false } as const
  const { body, report } = compressRequest(read, settings, counter)
  return answer(body, overrides.model === undefined ? report : { ...report, model: overrides.model })
}

/** @returns JSON: `request`, equivalent to what was compressed */
function decompressed(overrides: Overrides, content: Uint8Array): Buffer {
  const tape = scanJson(content)
  if (tape === undefined) throw notJson()
  const request = memberOf(tape, 0, 'request')
  if (request === NONE) return answer(decompressRequest(understand(content, overrides.dialect)).body)
  const read = understand(bytesOf(tape, request, content), overrides.dialect)
  return answer(decompressRequest(read, reportIn(tape, content)).body)
}

function answer(request: Uint8Array, report?: Report): Buffer {
  const rest = report === undefined ? '}' : `,"report":${JSON.stringify(report)}}`
  return Buffer.concat([Buffer.from('{"request":'), request, Buffer.from(rest)])
}

async function contentOf({ policies }: EngineDeps, { body, headers }: EngineRequest): Promise<Uint8Array> {
  if (body === undefined) throw notJson()
  const content = await decode(body, headers['content-encoding'], policies.current.limits.maxTransformBytes)
  if (content !== undefined) return content
  throw new M2MError('the body does not decode as its content-encoding says, or grows too large', {
    code: 'BODY_NOT_DECODABLE',
  })
}

function understand(content: Uint8Array, dialectName: string | undefined): ReadBody {
  const tape = scanJson(content)
  if (tape === undefined) throw notJson()
  const dialect = dialectName === undefined ? detectDialect(tape) : dialectNamed(dialectName)
  const read = dialect && readBody(content, dialect)
  if (read !== undefined) return read
  throw new M2MError('the body is not a request of a dialect that M2M knows; the query `dialect` may name one', {
    code: 'DIALECT_UNKNOWN',
  })
}

function dialectNamed(name: string): Dialect {
  const found = dialects.find((dialect) => dialect.name === name)
  if (found !== undefined) return found
  const known = dialects.map((dialect) => dialect.name).join(', ')
  throw new M2MError(`no such dialect; there are ${known}`, { code: 'DIALECT_UNKNOWN' })
}

function profileNamed(name: string | undefined): ProfileName | undefined {
  if (name === undefined || Object.hasOwn(PROFILES, name)) return name as ProfileName | undefined
  throw new M2MError(`no such profile; there are ${Object.keys(PROFILES).join(', ')}`, { code: 'USAGE' })
}

function reportIn(tape: JsonTape, content: Uint8Array): Pick<Report, 'changes'> | undefined {
  const node = memberOf(tape, 0, 'report')
  if (node === NONE) return undefined
  const report: unknown = JSON.parse(Buffer.from(bytesOf(tape, node, content)).toString())
  if (hasChanges(report)) return report
  throw new M2MError('the report is not one of ours: it has no list of changes', { code: 'NOT_OUR_FORM' })
}

function hasChanges(report: unknown): report is Pick<Report, 'changes'> {
  const changes = (report as { changes?: unknown } | null)?.changes
  return (
    Array.isArray(changes) &&
    changes.every((change) => typeof change?.path === 'string' && Array.isArray(change.techniques))
  )
}

function bytesOf(tape: JsonTape, node: number, content: Uint8Array): Uint8Array {
  return content.subarray(startOf(tape, node), endOf(tape, node))
}

function notJson(): M2MError {
  return new M2MError('the body is not JSON', { code: 'BODY_NOT_JSON' })
}

/** The engine's OpenAPI description: served at `/_m2m/openapi.json`, written to docs/reference by `make generate`. */

import type { ErrorCode } from '../../src/core/errors.ts'
import { VERSION } from '../../src/core/version.ts'
import { statusOf } from '../error-reply.ts'
import { Compressed, Dialect, LlmRequest, Model, Problem, Profile, Report } from './shapes.ts'

const ABOUT = `Encodes the tool results of an LLM request in fewer tokens, and decodes them again.

* Stateless: a reply depends on the request, the query and the policy in force. Replicas give the same reply.
* Idempotent: a compressed request compresses to itself, and every call may be repeated.
* Stable: the form of a tool result depends on it and on earlier ones of the same request. The history that an agent sends
  again keeps its bytes, and so its prefix in the provider's prompt cache.
* Every byte outside of the changed tool results is copied: key order, spacing, number lexemes.
* Never touched: system and assistant text, the first user message, tool definitions, call arguments, thinking, media,
  results marked as errors, results of the tools in the policy's \`compression.excludeTools\`.
* No credential is needed. Nothing is stored, and nothing of a request is logged.`

const COMPRESS = `Replies with the request byte for byte as it would be sent, a report, and the members that gateways read of a
compressor. The mode of the policy does not matter. \`config.frozen_message_count\` of a gateway is heard: so many first messages
come back as they were sent. Other members that no dialect has are copied and have no effect.`

const INPUT_CODES = ['BODY_NOT_JSON', 'BODY_NOT_DECODABLE', 'DIALECT_UNKNOWN', 'USAGE'] as const
const OTHER_CODES = ['BODY_TOO_LARGE', 'TABLES_MISSING', 'INTERNAL'] as const

/** @returns an OpenAPI 3.1 document, as plain JSON */
export function engineDescription(): object {
  const compress = {
    summary: 'Compress a request',
    description: COMPRESS,
    parameters: [parameter('dialect', Dialect), parameter('profile', Profile), parameter('model', Model)],
    requestBody: body(ref('LlmRequest')),
    responses: {
      200: reply('The request, the report, and the rewritten messages.', ref('Compressed')),
      ...problems([...INPUT_CODES, ...OTHER_CODES]),
    },
  }
  const decompress = {
    operationId: 'decompress',
    summary: 'Decompress a request',
    description:
      'Takes the reply of a compression and undoes exactly the changes in its report; or a request alone, and decodes every block in a form of M2M. Text that Aggressive left out is not restored.',
    parameters: [parameter('dialect', Dialect)],
    requestBody: body({ anyOf: [ref('Compressed'), ref('LlmRequest')] }),
    responses: {
      200: reply('A request with the same values as the original.', ref('Decompressed')),
      ...problems([...INPUT_CODES, 'NOT_OUR_FORM', ...OTHER_CODES]),
    },
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'M2M engine',
      version: VERSION,
      summary: 'Fewer tokens for the same LLM request.',
      description: ABOUT,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://127.0.0.1:4141', description: 'The data port of a sidecar; loopback only by default.' }],
    paths: {
      '/v1/compress': { post: { operationId: 'compress', ...compress } },
      '/_m2m/compress': { post: { operationId: 'compressAlias', ...compress } },
      '/v1/decompress': { post: decompress },
    },
    components: { schemas: schemas() },
  }
}

function schemas(): object {
  const request = ref('LlmRequest')
  const compressed = { ...Compressed, properties: { ...Compressed.properties, request, report: ref('Report') } }
  return plain({
    LlmRequest,
    Report,
    Problem,
    Compressed: compressed,
    Decompressed: { type: 'object', required: ['request'], properties: { request } },
  })
}

function parameter(name: string, schema: object): object {
  return { name, in: 'query', schema: plain(schema) }
}

function body(schema: object): object {
  return {
    required: true,
    description:
      "JSON in UTF-8; a content-encoding of gzip, deflate, br or zstd is decoded. At most the policy's `limits.maxTransformBytes` (16 MiB) before and after.",
    content: { 'application/json': { schema } },
  }
}

function reply(description: string, schema: object): object {
  return { description, content: { 'application/json': { schema } } }
}

/** One reply per status, naming the codes that have it. */
function problems(codes: readonly ErrorCode[]): object {
  const replies = [...Map.groupBy(codes, statusOf)].map(([status, group]) => {
    return [status, reply(`Refused: ${group.map((code) => `\`${code}\``).join(', ')}.`, ref('Problem'))]
  })
  return Object.fromEntries(replies)
}

function ref(name: string): object {
  return { $ref: `#/components/schemas/${name}` }
}

/** Drops the symbols that typebox keeps beside the keywords. */
function plain(schema: object): object {
  return JSON.parse(JSON.stringify(schema)) as object
}

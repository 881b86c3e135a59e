/** The engine as other gateways call it: described, bounded, and the same every time. */

import { readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Compile } from 'typebox/schema'
import { describe, expect } from 'vitest'
import { parse } from 'yaml'
import { chatBody, wordyBody } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import { testOfOneEdge as test } from '../../support/wire.ts'

interface Description {
  readonly openapi: string
  readonly paths: Readonly<Record<string, { readonly post: Operation }>>
  readonly components: { readonly schemas: Readonly<Record<string, { properties: Record<string, unknown> }>> }
}

interface Operation {
  readonly parameters?: readonly { readonly name: string }[]
  readonly responses: Readonly<Record<string, { content: { 'application/json': { schema: object } } }>>
}

/** The description with its references resolved. */
async function descriptionOf(edge: Edge): Promise<Description> {
  const reply = await fetch(`${edge.url}/_m2m/openapi.json`)
  expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
  const validator = new Validator()
  const { valid, errors } = await validator.validate((await reply.json()) as Record<string, unknown>)
  expect(errors).toBeUndefined()
  expect([valid, validator.version]).toEqual([true, '3.1'])
  return validator.resolveRefs() as unknown as Description
}

test('the description is OpenAPI 3.1, and the one in the docs', async ({ edge }) => {
  const { openapi, paths } = await descriptionOf(edge)
  expect(openapi).toMatch(/^3\.1\./)
  expect(Object.keys(paths)).toEqual(['/v1/compress', '/_m2m/compress', '/v1/decompress'])
  const served = await (await fetch(`${edge.url}/_m2m/openapi.json`)).json()
  expect(parse(readFileSync('docs/reference/openapi.yaml', 'utf8'))).toEqual(served)
})

describe('a real reply is of the shape described', () => {
  const DECOMPRESS = `{"request":${chatBody()},"report":7}`
  const TWICE = '/v1/compress?profile=Safe&profile=Safe'
  test.for([
    ['/v1/compress', wordyBody(), 200],
    ['/v1/compress?profile=Balanced&model=claude-sonnet-5&dialect=openai-chat', wordyBody(), 200],
    ['/_m2m/compress', chatBody(), 200],
    ['/v1/compress', '{"messages":[{"role":"user","content":"hi"}]}', 200],
    ['/v1/decompress', chatBody(), 200],
    ['/v1/compress', 'hello', 400],
    ['/v1/compress', '{"a":1}', 400],
    [TWICE, chatBody(), 400],
    ['/v1/decompress', DECOMPRESS, 400],
    ['/v1/compress', ' '.repeat(16 * 1024 * 1024 + 1), 413],
  ] as const)('%s, case %#', async ([path, body, status], { edge }) => {
    const { paths } = await descriptionOf(edge)
    const reply = await edge.post(path, body)
    expect(reply.status).toBe(status)
    const described = paths[path.replace(/\?.*/, '')]?.post.responses[status]
    const validator = Compile(described?.content['application/json'].schema as object)
    const [isValid, errors] = validator.Errors(await reply.json())
    expect(errors).toEqual([])
    expect(isValid).toBe(true)
  })
})

test('every member of a report is described', async ({ edge }) => {
  const { components } = await descriptionOf(edge)
  const { report } = (await (await edge.post('/v1/compress', wordyBody())).json()) as { report: object }
  expect(Object.keys(components.schemas['Report']?.properties ?? {})).toEqual(
    expect.arrayContaining(Object.keys(report)),
  )
})

test('every parameter described is taken, and no other', async ({ edge }) => {
  const { paths } = await descriptionOf(edge)
  const values: Readonly<Record<string, string>> = { dialect: 'openai-chat', profile: 'Safe', model: 'gpt-4o' }
  for (const [path, { post: operation }] of Object.entries(paths)) {
    for (const { name } of operation.parameters ?? []) {
      expect((await edge.post(`${path}?${name}=${values[name]}`, chatBody())).status, `${path} ${name}`).toBe(200)
    }
  }
})

describe('a query that cannot be meant', () => {
  test.for([
    ['/v1/compress?profil=Safe', 'there is no such query parameter; known are dialect, profile, model'],
    ['/v1/decompress?profile=Safe', 'there is no such query parameter; known are dialect'],
    ['/v1/compress?profile=Wild', 'no such profile; there are Safe, Balanced, Aggressive'],
    ['/v1/compress?profile=', 'the query parameter profile needs one value'],
    ['/v1/compress?model=a&model=b', 'the query parameter model needs one value'],
    ['/v1/compress?__proto__=1', 'there is no such query parameter; known are dialect, profile, model'],
  ] as const)('%s is refused, and the reply names what is known', async ([path, message], { edge }) => {
    const reply = await edge.post(path, chatBody())
    const { error } = (await reply.json()) as { error: unknown }
    expect([reply.status, error]).toEqual([
      400,
      { message: `M2M: ${message}`, type: 'invalid_request_error', param: null, code: 'USAGE' },
    ])
  })
})

test('a compressed request does not change when it is compressed again', async ({ edge }) => {
  for (const profile of ['Safe', 'Balanced']) {
    const first = await (await edge.post(`/v1/compress?profile=${profile}`, wordyBody())).text()
    const request = first.slice('{"request":'.length, first.lastIndexOf(',"report":{"dialect"'))
    const second = await (await edge.post(`/v1/compress?profile=${profile}`, request)).text()
    expect(second.startsWith(`{"request":${request},"report":`)).toBe(true)
    expect(JSON.parse(second).report.outcome).toBe('passthrough')
  }
})

test('the guide shows the replies that the sidecar gives', async ({ edge }) => {
  const guide = readFileSync('docs/engine-api.md', 'utf8')
  const request = /<<'EOF'\n([\s\S]*?)EOF\n/.exec(guide)?.[1] ?? ''
  const [answered, refused] = [...guide.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => JSON.parse(json ?? ''))
  const answer = (await (await edge.post('/v1/compress', request)).json()) as { report: object }
  const elided = { request: {}, messages: [] }
  expect({ ...answer, ...elided, report: { ...answer.report, ms: 0 } }).toEqual({
    ...answered,
    ...elided,
    report: { ...answered.report, ms: 0 },
  })
  expect(await (await edge.post('/v1/compress?profil=Safe', request)).json()).toEqual(refused)
})

test('a hundred thousand tiny blocks are answered', async ({ edge }) => {
  const result = JSON.stringify({ role: 'tool', tool_call_id: 'a', content: 'ok' })
  const body = `{"model":"gpt-4o","messages":[${Array(100_000).fill(result).join()}]}`
  const { report } = (await (await edge.post('/v1/compress', body)).json()) as { report: { outcome: string } }
  expect(report.outcome).toBe('passthrough')
})

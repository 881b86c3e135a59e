/** One id names a call: in its reply's headers and in every log line about it. */

import { expect, test } from 'vitest'
import { closeAfterEach } from '../../support/close-after-each.ts'
import { type Edge, startEdge, startUpstream, type Upstream, wordyBody } from '../../support/edge.ts'

const PATH = '/v1/chat/completions'
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

let edge: Edge
let upstream: Upstream
closeAfterEach(() => [edge, upstream])

async function open(status: number, spec: object = {}): Promise<void> {
  upstream = await startUpstream((res) => res.writeHead(status).end('{}'))
  edge = await startEdge(upstream.url, { spec })
}

function call(headers: Record<string, string> = {}, path = PATH): Promise<Response> {
  return fetch(edge.url + path, { method: 'POST', body: wordyBody(), headers })
}

/** Lines that belong to the call, once the last of them is written. */
async function linesOf(id: string, last: string): Promise<Record<string, unknown>[]> {
  const lines = (): Record<string, unknown>[] => edge.lines.filter((line) => line['call'] === id)
  await expect.poll(() => lines().map((line) => line['msg'])).toContain(last)
  return lines()
}

test('the header and the log line hold the same id, another one for each call', async () => {
  await open(200)
  const ids = [await call(), await call()].map((reply) => reply.headers.get('x-m2m-call') ?? '')
  expect(new Set(ids).size).toBe(2)
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{16}$/)
    expect(await linesOf(id, 'call')).toMatchObject([{ path: PATH, status: 200, outcome: 'compressed' }])
  }
})

test("the caller's trace is part of the id, and stands in the line", async () => {
  await open(200)
  const reply = await call({ traceparent: `00-${TRACE}-00f067aa0ba902b7-01` })
  const id = reply.headers.get('x-m2m-call') ?? ''
  expect(id).toMatch(new RegExp(`^${TRACE}-[0-9a-f]{16}$`))
  expect(await linesOf(id, 'call')).toMatchObject([{ trace_id: TRACE }])
})

test.for(['nonsense', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, `ff-${TRACE}-00f067aa0ba902b7-01`])(
  'a malformed traceparent is no trace: %s',
  async (traceparent) => {
    await open(200)
    const id = (await call({ traceparent })).headers.get('x-m2m-call') ?? ''
    expect(id).toMatch(/^[0-9a-f]{16}$/)
  },
)

test('every line about a failed call holds the id, and so does the error reply', async () => {
  await open(200)
  await upstream.close()
  const reply = await call()
  expect(reply.status).toBe(502)
  const lines = await linesOf(reply.headers.get('x-m2m-call') ?? '', 'call failed')
  expect(lines.map((line) => line['msg'])).toEqual(['call', 'call failed'])
  upstream = await startUpstream((res) => res.end())
})

test('a refused call and a call of another kind have an id as well', async () => {
  await open(200)
  const [refused, other] = [await call({}, '/nobody/v1/x'), await call({}, '/v1/files')]
  for (const reply of [refused, other]) {
    expect(await linesOf(reply.headers.get('x-m2m-call') ?? '', 'other call')).toHaveLength(1)
  }
})

test('the policy switches the header off with the others', async () => {
  await open(200, { telemetry: { responseHeaders: false } })
  expect((await call()).headers.get('x-m2m-call')).toBeNull()
})

test.for([429, 500])('a reply that nobody is billed for claims no saved tokens: %i', async (status) => {
  await open(status)
  const reply = await call()
  expect(reply.headers.get('x-m2m-outcome')).toBe('compressed')
  expect(reply.headers.get('x-m2m-tokens-saved')).toBe('0')
  const [line] = await linesOf(reply.headers.get('x-m2m-call') ?? '', 'call')
  expect(line).not.toHaveProperty('tokens_saved')
})

test('an unreachable provider saves nothing', async () => {
  await open(200)
  await upstream.close()
  const reply = await call()
  expect([reply.status, reply.headers.get('x-m2m-tokens-saved')]).toEqual([502, '0'])
  upstream = await startUpstream((res) => res.end())
})

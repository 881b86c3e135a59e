/** Requests other than calls of a model pass through: embeddings, models, files; and so do unusual replies of upstreams. */

import OpenAI, { toFile } from 'openai'
import { expect } from 'vitest'
import { test } from '../support/chain.ts'
import { spacedOrders } from '../support/tool-results.ts'

function open(base: string): OpenAI {
  return new OpenAI({ baseURL: `${base}/v1`, apiKey: 'sk-test', maxRetries: 0 })
}

test('embeddings and their input pass unchanged', async ({ chain }) => {
  const request = { model: 'text-embedding-3-small', input: [spacedOrders(1), 'short'] }
  const through = await open(chain.url).embeddings.create(request)
  const straight = await open(chain.straight.url).embeddings.create(request)
  expect(through.data).toEqual(straight.data)
  expect(through.data).toHaveLength(2)
  expect(chain.mock.requests[0]?.body).toEqual(chain.straight.requests[0]?.body)
})

test('models are listed and one is retrieved', async ({ chain }) => {
  const models = await open(chain.url).models.list()
  expect(models.data.map((model) => model.id)).toContain('gpt-4o')
  expect(await open(chain.url).models.retrieve('gpt-4o')).toMatchObject({ id: 'gpt-4o', object: 'model' })
})

test('an uploaded file keeps its bytes', async ({ chain }) => {
  const content = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => i * 7))
  const uploaded = { id: 'file_1', object: 'file', bytes: content.length }
  chain.mock.on('/v1/files', {
    raw: { headers: { 'content-type': 'application/json' }, body: JSON.stringify(uploaded) },
  })
  const file = await open(chain.url).files.create({ file: await toFile(content, 'data.bin'), purpose: 'user_data' })
  expect(file).toMatchObject(uploaded)
  expect(chain.mock.requests[0]?.body.includes(content)).toBe(true)
})

test('an unknown path is refused by the upstream', async ({ chain }) => {
  await expect(open(chain.url).get('/no/such/path')).rejects.toMatchObject({
    status: 404,
    message: expect.stringContaining('/v1/no/such/path'),
  })
})

test('an error page of a load balancer keeps its status and becomes an error that the SDK understands', async ({
  chain,
}) => {
  const page = '<html><body><h1>502 Bad Gateway</h1></body></html>'
  chain.mock.enqueue({ raw: { status: 502, headers: { 'content-type': 'text/html' }, body: page } })
  const call = open(chain.url).chat.completions.create({
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'hello' }],
  })
  await expect(call).rejects.toMatchObject({ constructor: OpenAI.InternalServerError, status: 502 })
})

test('a redirect is not followed', async ({ chain }) => {
  chain.mock.enqueue({ raw: { status: 307, headers: { location: `${chain.straight.url}/v1/chat/completions` } } })
  const call = open(chain.url).chat.completions.create({
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'hello' }],
  })
  await call.catch(() => undefined)
  expect(chain.mock.requests).toHaveLength(1)
})

/** PC-21: what the provider keeps, a request only names. Real clients, and a sidecar that remembers the replies. */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { expect } from 'vitest'
import type { Edge } from '../../support/edge.ts'
import { test as base } from '../../support/wire.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

/** Every reply has an id of its own: `reply_1`, `reply_2`, ... */
const test = base.extend('edge', ({ startEdge, upstream }): Promise<Edge> => {
  let count = 0
  upstream.replyWith((res, { url }) => {
    const id = `reply_${++count}`
    const message = { id, type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: 'end_turn' }
    const response = { id, object: 'response', model: 'm', status: 'completed', output: [] }
    res.writeHead(200, JSON_TYPE).end(JSON.stringify(url.includes('responses') ? response : message))
  })
  return startEdge(upstream.url, { isRecorded: true })
})

/** The sessions of all calls, in order, when the sidecar has closed. */
async function sessions(edge: Edge): Promise<string[]> {
  await edge.sidecar.close()
  const [name = ''] = await readdir(edge.recordDir)
  const rows = (await readFile(join(edge.recordDir, name), 'utf8')).trim().split('\n')
  return rows.map((row) => JSON.parse(row).session)
}

test('a response that continues another belongs to its session; another account’s does not', async ({ edge }) => {
  const client = new OpenAI({ apiKey: 'sk-one', baseURL: `${edge.url}/v1`, maxRetries: 0 })
  const other = new OpenAI({ apiKey: 'sk-other', baseURL: `${edge.url}/v1`, maxRetries: 0 })
  const first = await client.responses.create({ model: 'gpt-5.6', input: 'Fix the build.' })
  const second = await client.responses.create({ model: 'gpt-5.6', input: 'Go on.', previous_response_id: first.id })
  await client.responses.create({ model: 'gpt-5.6', input: 'And now?', previous_response_id: second.id })
  await other.responses.create({ model: 'gpt-5.6', input: 'And now?', previous_response_id: second.id })
  const [one, two, three, four] = await sessions(edge)
  expect([two, three]).toEqual([one, one])
  expect(four).not.toBe(one)
})

test('a thread that is continued belongs to the session that created it', async ({ edge }) => {
  const client = new Anthropic({ apiKey: 'sk-ant-one', baseURL: edge.url, maxRetries: 0 })
  // The installed types do not have threads yet; the client sends what it is given.
  const send = (content: string, thread: object) => {
    const request = { model: 'claude-opus-5-5', max_tokens: 9, messages: [{ role: 'user' as const, content }], thread }
    return client.messages.create(request)
  }
  const first = await send('Fix the build.', { type: 'create' })
  await send('Go on.', { type: 'continue', previous_message_id: first.id })
  await send('Go on.', { type: 'continue', previous_message_id: 'msg_unknown' })
  const [one, two, three] = await sessions(edge)
  expect(two).toBe(one)
  expect(three).not.toBe(one)
})

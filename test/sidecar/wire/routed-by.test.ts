/** The log says why a provider serves a call, and a refusal why none does. */

import { expect } from 'vitest'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import { test } from '../../support/wire.ts'

test.for([
  [CHAT_PATH, {}, 'path'],
  [`/openai${CHAT_PATH}`, {}, 'prefix'],
  [CHAT_PATH, { 'x-api-key': 'k' }, 'x-api-key'],
  ['/v1/messages', { authorization: 'Bearer sk-ant-api03-secret' }, 'Bearer sk-ant-'],
] as const)('%s with %j: %s', async ([path, headers, reason], { edge }) => {
  await (await edge.post(path, chatBody(), headers)).text()
  expect(edge.calls()).toMatchObject([{ routed_by: reason }])
  expect(JSON.stringify(edge.lines)).not.toContain('secret')
})

test('with one provider, that it is the only one', async ({ startEdge, upstream }) => {
  const providers = [{ name: 'ollama', baseURL: upstream.url, allowInsecure: true }]
  const edge = await startEdge(upstream.url, { spec: { providers } })
  await (await edge.post(CHAT_PATH, chatBody(), { 'x-api-key': 'k' })).text()
  expect(edge.calls()).toMatchObject([{ routed_by: 'only provider', provider: 'ollama' }])
})

test('a key that belongs to nobody here is refused with the sign, never the key', async ({ edge, upstream }) => {
  const refused = await edge.post('/openai/v1/chat/completions', chatBody(), { authorization: 'Bearer gsk_secret' })
  expect(refused.status).toBe(404)
  expect(await refused.text()).toContain("Groq's (Bearer gsk_)")
  expect(upstream.seen).toEqual([])
  expect(JSON.stringify(edge.lines)).toContain('Bearer gsk_')
  expect(JSON.stringify(edge.lines)).not.toContain('gsk_secret')
})

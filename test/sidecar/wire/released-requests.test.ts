/** What was read of a request is let go once it is sent: a reply may take minutes, and a request's tape is as large as it. */

import type { ServerResponse } from 'node:http'
import { queryObjects } from 'node:v8'
import { expect } from 'vitest'
import { dialectByName, readBody } from '../../../src/core/dialect/index.ts'
import { CHAT_PATH, chatBody, chunk, SSE } from '../../support/chat-call.ts'
import { MESSAGES_PATH, thinkingBody } from '../../support/thinking-history.ts'
import { test } from '../../support/wire.ts'

const CALLS = 8

/** What a request that was read is an instance of. */
const Read = readBody(Buffer.from(chatBody()), dialectByName('openai-chat'))?.constructor as new () => unknown

/** The requests whose tape is in the memory of this process, garbage aside. */
function requestsRead(): number {
  return queryObjects(Read, { format: 'count' })
}

test('a call that awaits its reply holds nothing that was read of its request', async ({ edge, upstream }) => {
  const waiting: ServerResponse[] = []
  upstream.replyWith((res) => waiting.push(res))
  const replies = Array.from({ length: CALLS }, () => edge.post(CHAT_PATH, chatBody()))
  await expect.poll(() => waiting).toHaveLength(CALLS)
  await expect.poll(requestsRead).toBe(0)
  for (const res of waiting) res.end('{}')
  expect((await Promise.all(replies)).map(({ status }) => status)).toEqual(Array(CALLS).fill(200))
})

test('a call whose reply has begun holds no other form of its request', async ({ edge, upstream }) => {
  const streaming: ServerResponse[] = []
  upstream.replyWith((res) => {
    res.writeHead(200, SSE).write(chunk('a'))
    streaming.push(res)
  })
  const bodies = await Promise.all(Array.from({ length: CALLS }, () => edge.post(MESSAGES_PATH, thinkingBody(2))))
  await expect.poll(requestsRead).toBe(0)
  for (const res of streaming) res.end()
  await Promise.all(bodies.map((reply) => reply.text()))
})

/** An application that reads slowly slows its model down; it does not fill the sidecar's memory. */

import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { expect } from 'vitest'
import { test } from '../support/chain.ts'
import { within } from '../support/within.ts'

const EVENT_BYTES = 64 << 10
/** A bound for the sockets and buffers on the way: far below the stream, which has no end. */
const MAX_AHEAD_BYTES = 32 << 20

test('a stream that nobody reads stops at its source, and goes on when it is read', async ({ chain }) => {
  let made = 0
  const endless = function* (): Generator<string> {
    const content = 'x'.repeat(EVENT_BYTES)
    for (;;) {
      made += 1
      yield `data: {"choices":[{"index":0,"delta":{"content":"${content}"}}]}\n\n`
    }
  }
  chain.mock.enqueue({ raw: { headers: { 'content-type': 'text/event-stream' }, body: endless() } })
  const client = httpRequest(`${chain.url}/v1/chat/completions`, { method: 'POST' })
  client.on('error', () => undefined)
  client.end('{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"hello"}]}')
  const [response] = (await once(client, 'response')) as [IncomingMessage]
  response.on('error', () => undefined)

  const request = await chain.mock.nextRequest()
  await expect.poll(() => request.hasWaited, { timeout: 10_000 }).toBe(true)
  const stoppedAt = await standstill(() => made)
  expect(stoppedAt * EVENT_BYTES).toBeLessThan(MAX_AHEAD_BYTES)

  response.resume()
  await expect.poll(() => made, { timeout: 10_000 }).toBeGreaterThan(stoppedAt * 2)
  client.destroy()
  expect(await within('the upstream socket closing', request.closed)).toBe('aborted')
})

/** Waits until `read` gives the same value twice, and returns it. */
async function standstill(read: () => number): Promise<number> {
  let last = -1
  await expect
    .poll(
      () => {
        const isStill = read() === last
        last = read()
        return isStill
      },
      { interval: 200, timeout: 10_000 },
    )
    .toBe(true)
  return last
}

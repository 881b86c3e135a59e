/** The sum of the bodies that are held has a limit; a body beyond it is a stream, with every byte in its place. */

import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { inTurns } from '../../../sidecar/in-turns.ts'
import { HeldBytes, maxHeldBytes } from '../../../sidecar/request/held-bytes.ts'
import type { Target } from '../../../sidecar/request/match.ts'
import { type Received, readRequest } from '../../../sidecar/request/read-request.ts'
import { dialectByName } from '../../../src/core/dialect/index.ts'
import { defaultPolicy } from '../../../src/core/policy/index.ts'
import { within } from '../../support/within.ts'

const [provider] = defaultPolicy({ mode: 'Enforce', profile: 'Safe', upstreams: [], engineVersion: '1' }).providers
const target: Target = {
  provider: provider as Target['provider'],
  path: '/v1/chat/completions',
  written: '/v1/chat/completions',
  dialect: dialectByName('openai-chat'),
  door: undefined,
}
const KIB = 1024

interface Upload {
  readonly received: Promise<Received>
  send(bytes: number): void
  end(): void
  abort(): void
}

/** A server that reads requests as the sidecar does, and uploads to it of unknown length. */
async function uploads(
  held: HeldBytes,
  limits: { maxBodyBytes: number; maxTransformBytes: number },
): Promise<() => Promise<Upload>> {
  const arrived: ((received: Promise<Received>) => void)[] = []
  const server = createServer((req: IncomingMessage, res: ServerResponse) => {
    const hold = held.begin()
    res.once('close', () => hold.release())
    const received = inTurns(readRequest(req, res, target, { limits, hold }))
    received.catch(() => undefined)
    arrived.shift()?.(received)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return async () => {
    const call = request({ port, host: '127.0.0.1', method: 'POST' })
    call.on('error', () => undefined)
    const { promise, resolve } = Promise.withResolvers<{ received: Promise<Received> }>()
    arrived.push((received) => resolve({ received }))
    call.flushHeaders()
    const { received } = await promise
    return {
      received,
      send: (bytes) => void call.write(Buffer.alloc(bytes, bytes % 251)),
      end: () => void call.end(),
      abort: () => void call.destroy(),
    }
  }
}

const ROOMY = { maxBodyBytes: 4 * KIB * KIB, maxTransformBytes: 2 * KIB * KIB }

test('what one upload holds is missing to the next, and comes back with its end', async () => {
  const held = new HeldBytes(100 * KIB)
  const begin = await uploads(held, ROOMY)
  const first = await begin()
  first.send(80 * KIB)
  await expect.poll(() => held.bytes).toBe(80 * KIB)

  const second = await begin()
  second.send(10 * KIB)
  await expect.poll(() => held.bytes).toBe(90 * KIB)
  second.send(30 * KIB)
  const received = await within('the stream', second.received)
  if (received.kind !== 'stream' || received.body === null) throw new Error('the second upload is held')
  expect(received.unheld).toBe('memory')
  // The rest streams while the upload lasts.
  const stream = received.body.open()
  second.send(500 * KIB)
  second.end()
  const sizes: Buffer[] = await within('the body', stream.toArray())
  const expected = [10, 30, 500].map((kib) => Buffer.alloc(kib * KIB, (kib * KIB) % 251))
  expect(Buffer.concat(sizes).equals(Buffer.concat(expected))).toBe(true)

  first.end()
  expect((await within('the first body', first.received)).kind).toBe('whole')
})

test('a caller that goes away gives back what it held', async () => {
  const held = new HeldBytes(100 * KIB)
  const begin = await uploads(held, ROOMY)
  const upload = await begin()
  upload.send(80 * KIB)
  await expect.poll(() => held.bytes).toBe(80 * KIB)
  const failed = expect(upload.received).rejects.toMatchObject({ code: 'CALLER_GONE' })
  upload.abort()
  await within('the failure', failed)
  await expect.poll(() => held.bytes).toBe(0)
})

test('a body of unknown length that outgrows the transform limit streams, and is refused beyond the body limit', async () => {
  const held = new HeldBytes(10 * KIB * KIB)
  const begin = await uploads(held, { maxBodyBytes: 300 * KIB, maxTransformBytes: 100 * KIB })
  const upload = await begin()
  upload.send(80 * KIB)
  upload.send(80 * KIB)
  const received = await within('the stream', upload.received)
  if (received.kind !== 'stream' || received.body === null) throw new Error('it is held')
  expect(received.unheld).toBe('size')
  const stream = received.body.open()
  const failure = once(stream.resume(), 'end').catch((error: unknown) => error)
  upload.send(300 * KIB)
  expect(await within('the refusal', failure)).toMatchObject({ code: 'BODY_TOO_LARGE' })
})

test.for([
  [0, 256],
  [2 ** 64, 256],
  [512 * KIB * KIB, 128],
  [64 * KIB * KIB, 16],
] as const)('of %i allowed bytes %i MiB are for bodies', ([allowed, mib]) => {
  expect(maxHeldBytes(allowed)).toBe(mib * KIB * KIB)
})

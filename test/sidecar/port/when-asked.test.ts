import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { whenAsked } from '../../../sidecar/port/index.ts'
import { rawClient, requestText } from '../../support/raw-client.ts'

const closing: (() => void)[] = []

afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A server whose listener waits for `load`. @returns its port */
async function serving(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  )
  return (server.address() as AddressInfo).port
}

test('one load serves all requests that came meanwhile, each once, and later ones', async () => {
  const { promise, resolve } = Promise.withResolvers<RequestListener>()
  let loads = 0
  const served: string[] = []
  const listener = whenAsked(
    () => {
      loads++
      return promise
    },
    (_req, res) => res.writeHead(500).end(),
  )
  const port = await serving(listener)
  const early = Array.from({ length: 50 }, (_, index) => fetch(`http://127.0.0.1:${port}/${index}`))
  resolve((req, res) => {
    served.push(req.url ?? '')
    res.end(`at ${req.url}`)
  })
  const replies = await Promise.all(early.map(async (reply) => (await reply).text()))
  expect(replies).toEqual(early.map((_, index) => `at /${index}`))
  expect(await (await fetch(`http://127.0.0.1:${port}/late`)).text()).toBe('at /late')
  expect([loads, new Set(served).size, served.length]).toEqual([1, 51, 51])
})

test('a load that fails is answered, and the next request tries again', async () => {
  const loads = [
    async (): Promise<RequestListener> => {
      throw new Error('the file is gone')
    },
    async (): Promise<RequestListener> => (_, res) => res.end(),
  ]
  const port = await serving(
    whenAsked(
      () => loads.shift()?.() as Promise<RequestListener>,
      (_req, res, cause) => res.writeHead(500).end((cause as Error).message),
    ),
  )
  const failed = await fetch(`http://127.0.0.1:${port}/`)
  expect([failed.status, await failed.text()]).toEqual([500, 'the file is gone'])
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200)
})

test('a caller that is gone when it is loaded is not served', async () => {
  const { promise, resolve } = Promise.withResolvers<RequestListener>()
  const served: (string | undefined)[] = []
  const arrived = Promise.withResolvers<void>()
  const gone = Promise.withResolvers<void>()
  const listener = whenAsked(
    () => promise,
    (_req, res) => res.end(),
  )
  const port = await serving((req, res) => {
    if (req.url === '/gone') res.once('close', gone.resolve)
    listener(req, res)
    arrived.resolve()
  })
  const client = rawClient(port, requestText('GET', '/gone'))
  await arrived.promise
  client.socket.destroy()
  await gone.promise
  const patient = fetch(`http://127.0.0.1:${port}/patient`)
  resolve((req, res) => {
    served.push(req.url)
    res.end()
  })
  await patient
  expect(served).toEqual(['/patient'])
})

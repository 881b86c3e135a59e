import { once } from 'node:events'
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { test as base, describe, expect } from 'vitest'
import type { ServingCertificate } from '../../../operator/injector/tls/certificate-source.ts'
import { serveWebhook, type WebhookOptions, type WebhookServer } from '../../../operator/injector/webhook-server.ts'
import { type Authority, createAuthority } from '../../support/certificates.ts'

const MAX_BODY = 8 * 1024 * 1024

interface Fixtures {
  authority: Authority
  /** A webhook that answers what it was sent, unless it is made to wait. */
  server: WebhookServer & { readonly refused: string[]; readonly bodies: string[]; tlsErrors: number }
  /** Waits before each answer. */
  held: PromiseWithResolvers<void>
  answered: (path: string, options?: Call) => Promise<{ status: number; text: string; connection: string | undefined }>
}

interface Call {
  readonly body?: string | Buffer
  readonly method?: string
  readonly agent?: HttpsAgent
  readonly headers?: Record<string, string>
}

async function certificateOf(authority: Authority): Promise<ServingCertificate> {
  return { ...(await authority.issue({ names: ['127.0.0.1'] })), notAfter: new Date(Date.now() + 86_400_000) }
}

const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern what a fixture needs.
  authority: async ({}, use) => use(await createAuthority()),
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern what a fixture needs.
  held: async ({}, use) => {
    const held = Promise.withResolvers<void>()
    held.resolve()
    await use(held)
  },
  server: async ({ authority, held }, use) => {
    const seen = { refused: [] as string[], bodies: [] as string[], tlsErrors: 0 }
    const options: WebhookOptions = {
      address: { host: '127.0.0.1', port: 0, variable: 'PORT' },
      hasPath: (path) => path === '/inject',
      answer: async (_, body) => {
        seen.bodies.push(body)
        await held.promise
        return { status: 200, body: `"${body.length}"` }
      },
      hooks: {
        onRefused: (cause) => void seen.refused.push(cause),
        onTlsError: () => {
          seen.tlsErrors++
        },
      },
    }
    const server = await serveWebhook(options)
    server.use(await certificateOf(authority))
    await use(Object.assign(seen, server))
    held.resolve()
    await server.close(0)
  },
  answered: async ({ authority, server }, use) => {
    const agents: HttpsAgent[] = []
    await use(async (path, { body = '', method = 'POST', headers = {}, agent } = {}) => {
      const own = agent ?? new HttpsAgent({ ca: authority.cert })
      agents.push(own)
      const options: RequestOptions = { host: '127.0.0.1', port: server.port, path, method, headers, agent: own }
      return new Promise((resolve, reject) => {
        const call = httpsRequest(options, async (response) => {
          const pieces: Buffer[] = []
          for await (const piece of response) pieces.push(piece as Buffer)
          const { connection } = response.headers
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString(), connection })
        })
        call.on('error', reject)
        call.end(body)
      })
    })
    for (const agent of agents) agent.destroy()
  },
})

describe('a request', () => {
  test('is answered on a connection that stays, whatever its query', async ({ answered, authority, server }) => {
    const agent = new HttpsAgent({ ca: authority.cert, keepAlive: true, maxSockets: 1 })
    for (const length of [1, 2, 3]) {
      const { status, text } = await answered('/inject?timeout=5s', { body: 'x'.repeat(length), agent })
      expect([status, text]).toEqual([200, `"${length}"`])
    }
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1)
    expect(server.refused).toEqual([])
  })

  test('of another path or method is refused', async ({ answered, server }) => {
    expect((await answered('/')).status).toBe(404)
    expect((await answered('/inject', { method: 'GET' })).status).toBe(405)
    expect(server.refused).toEqual(['path', 'method'])
  })

  test('of 8 MiB is read, one of more is refused, with its length told or not', async ({ answered, server }) => {
    const max = MAX_BODY
    expect((await answered('/inject', { body: Buffer.alloc(max, 97) })).text).toBe(`"${max}"`)
    expect(
      (await answered('/inject', { headers: { 'content-length': String(max + 1) } }).catch(() => undefined))?.status ??
        413,
    ).toBe(413)
    const chunked = { body: Buffer.alloc(max + 1, 97), headers: { 'transfer-encoding': 'chunked' } }
    // The answer may come while the client still writes, and be lost to it.
    expect((await answered('/inject', chunked).catch(() => ({ status: 413 }))).status).toBe(413)
    expect(server.refused).toEqual(['too-large', 'too-large'])
    expect((await answered('/inject', { body: 'x' })).status).toBe(200)
  })

  test('that is too much for all of them together is asked to come again', async ({ answered, held, server }) => {
    const wait = Promise.withResolvers<void>()
    held.promise = wait.promise
    const body = Buffer.alloc(8 * 1024 * 1024 - 1, 97)
    const first = Array.from({ length: 8 }, () => answered('/inject', { body }))
    await expect.poll(() => server.bodies.length).toBe(8)
    const refused = await answered('/inject', { body })
    expect(refused.status).toBe(429)
    wait.resolve()
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect((await answered('/inject', { body })).status).toBe(200)
  })

  test('that promises much and sends little takes no room from others', async ({ answered, authority, server }) => {
    const stalled = await Promise.all(Array.from({ length: 20 }, () => open(authority, server)))
    for (const socket of stalled)
      socket.write(`POST /inject HTTP/1.1\r\nhost: a\r\ncontent-length: ${MAX_BODY}\r\n\r\nx`)
    expect((await answered('/inject', { body: Buffer.alloc(MAX_BODY, 97) })).status).toBe(200)
    expect(stalled.filter(({ destroyed }) => destroyed)).toEqual([])
    for (const socket of stalled) socket.destroy()
  })

  test('that stops before its end is cut where others need the room, the oldest first', async ({
    answered,
    authority,
    server,
  }) => {
    const almost = Buffer.alloc(MAX_BODY - 1, 97)
    const stalled: TLSSocket[] = []
    for (let i = 0; i < 8; i++) {
      const socket = await open(authority, server)
      socket.on('error', () => undefined).resume()
      socket.write(`POST /inject HTTP/1.1\r\nhost: a\r\ncontent-length: ${MAX_BODY}\r\n\r\n`)
      await new Promise((resolve) => socket.write(almost, resolve))
      stalled.push(socket)
    }
    await expect
      .poll(async () => {
        await answered('/inject', { body: almost })
        return server.refused
      })
      .toContain('cut')
    await expect.poll(() => stalled.map(({ destroyed }) => destroyed).indexOf(true)).toBe(0)
    expect((await answered('/inject', { body: 'x' })).status).toBe(200)
    for (const socket of stalled) socket.destroy()
  })

  test('that is cut ends nothing but itself', async ({ answered, authority, server }) => {
    const socket = await open(authority, server)
    socket.write('POST /inject HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nhalf', () => socket.destroy())
    await expect.poll(() => server.refused).toEqual(['cut'])
    const garbage = await open(authority, server)
    garbage.resume()
    garbage.write('\u0000\u0001 no HTTP\r\n\r\n')
    await once(garbage, 'close')
    expect((await answered('/inject', { body: 'x' })).status).toBe(200)
  })
})

describe('certificates', () => {
  test('change for new connections, and cut no old one', async ({ answered, authority, server }) => {
    const agent = new HttpsAgent({ ca: authority.cert, keepAlive: true, maxSockets: 1 })
    await answered('/inject', { body: 'x', agent })
    const other = await createAuthority('CN=Other')
    server.use(await certificateOf(other))
    expect((await answered('/inject', { body: 'xx', agent })).text).toBe('"2"')
    expect((await answered('/inject', { agent: new HttpsAgent({ ca: other.cert }) })).status).toBe(200)
    await expect(answered('/inject', { agent: new HttpsAgent({ ca: authority.cert }) })).rejects.toThrow()
    await expect.poll(() => server.tlsErrors).toBe(1)
  })
})

describe('the end', () => {
  test('lets answers finish, and sends those that come meanwhile to another connection', async ({
    answered,
    authority,
    held,
    server,
  }) => {
    const agent = new HttpsAgent({ ca: authority.cert, keepAlive: true })
    expect((await answered('/inject', { agent })).connection).toBe('keep-alive')
    const wait = Promise.withResolvers<void>()
    held.promise = wait.promise
    const inFlight = answered('/inject', { body: 'x', agent })
    await expect.poll(() => server.bodies.length).toBe(2)
    const closed = server.close(200)
    const late = answered('/inject', { body: 'xx' })
    await expect.poll(() => server.bodies.length).toBe(3)
    wait.resolve()
    expect(await inFlight).toEqual({ status: 200, text: '"1"', connection: 'close' })
    expect(await late).toEqual({ status: 200, text: '"2"', connection: 'close' })
    await closed
    await expect(answered('/inject')).rejects.toThrow(/ECONNREFUSED/)
  })

  test('of the drain cuts no answer that takes longer', async ({ answered, held, server }) => {
    const wait = Promise.withResolvers<void>()
    held.promise = wait.promise
    const slow = answered('/inject', { body: 'x' })
    await expect.poll(() => server.bodies.length).toBe(1)
    const closed = server.close(0)
    await expect.poll(() => isListening(server.port)).toBe(false)
    wait.resolve()
    expect((await slow).text).toBe('"1"')
    await closed
  })
})

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host: '127.0.0.1', port })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.unref().once('connect', () => socket.destroy())
  })
}

async function open(authority: Authority, { port }: WebhookServer): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, ca: authority.cert })
  socket.on('error', () => {})
  await once(socket, 'secureConnect')
  return socket
}

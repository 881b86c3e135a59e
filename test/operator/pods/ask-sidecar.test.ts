import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { createAskSidecar } from '../../../operator/pods/ask-sidecar.ts'
import { within } from '../../support/within.ts'

const LINE = 'm2m_policy_info{policy="a",policy_namespace="shop",revision="r1",hash="h1"} 1\n'

async function answerTo(
  listener: RequestListener,
  ipOf: (port: number) => string = () => '127.0.0.1',
): Promise<unknown> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const sidecar = createAskSidecar()
  try {
    return await within('an answer', sidecar.ask({ ip: ipOf(port), port }), 20_000)
  } finally {
    await sidecar.close()
    server.closeAllConnections()
    server.close()
  }
}

describe('a sidecar', () => {
  test('says what it runs', async () => {
    expect(await answerTo((_, reply) => reply.end(`# HELP x\n${LINE}other 3\n`))).toMatchObject({ hash: 'h1' })
  })

  test.each<[string, RequestListener]>([
    ['an error', (_, reply) => reply.writeHead(500).end(LINE)],
    ['a redirect', (_, reply) => reply.writeHead(302, { location: 'http://169.254.169.254/' }).end()],
    ['an endless body', (_, reply) => void reply.writeHead(200).write('x'.repeat(3 * 1024 * 1024))],
    ['silence', () => undefined],
    ['a body that stops', (_, reply) => void reply.writeHead(200).write('x')],
    ['no such series', (_, reply) => reply.end('m2m_requests_total 4\n')],
  ])('that answers with %s says nothing, and holds nobody up', async (_title, listener) => {
    expect(await answerTo(listener)).toBeUndefined()
  })

  test.each<[string, (port: number) => string]>([
    ['the unspecified address', () => '0.0.0.0'],
    ['a mapped one', () => '::ffff:0.0.0.0'],
    ['a text that is no address', (port) => `127.0.0.1:${port}/?`],
  ])('is not asked at %s: no pod has that', async (_title, ipOf) => {
    expect(await answerTo((_, reply) => reply.end(LINE), ipOf)).toBeUndefined()
  })

  test('that does not listen says nothing', async () => {
    const sidecar = createAskSidecar()
    expect(await sidecar.ask({ ip: '127.0.0.1', port: 1 })).toBeUndefined()
    await sidecar.close()
  })
})

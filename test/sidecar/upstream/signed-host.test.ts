/** A signed host over TLS: the provider's certificate is checked against its own name, whatever `host` says. */

import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { expect } from 'vitest'
import { createAuthority } from '../../support/certificates.ts'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import { test } from '../../support/wire.ts'

const SIGNED = {
  host: 'llm.example.com',
  authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=0',
}

async function statusOf({ url }: Edge, headers: Record<string, string>): Promise<number | undefined> {
  const { hostname, port } = new URL(url)
  const sending = request({ hostname, port, path: CHAT_PATH, method: 'POST', headers })
  sending.end(chatBody())
  const [reply] = await once(sending, 'response')
  await once(reply.resume(), 'end')
  return reply.statusCode
}

test('a signed host is sent to the name of the base URL, on the connection of calls that are not signed', async ({
  startEdge,
  onTestFinished,
}) => {
  const authority = await createAuthority()
  const folder = await mkdtemp(join(tmpdir(), 'm2m-host-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const caFile = join(folder, 'ca.pem')
  await writeFile(caFile, authority.cert)
  const seen: (string | false | null | undefined)[][] = []
  const server = createServer(await authority.issue({ names: ['localhost'] }), (req, res) => {
    seen.push([(req.socket as TLSSocket & { servername?: string | false }).servername, req.headers.host])
    req.resume().once('end', () => res.end('{}'))
  })
  let handshakes = 0
  server.on('secureConnection', () => handshakes++)
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const own = `localhost:${(server.address() as AddressInfo).port}`

  const edge = await startEdge(`https://${own}`, {
    provider: { tls: { caFile } },
    proxy: { allowedHosts: [SIGNED.host] },
  })
  for (const headers of [{}, SIGNED, {}, SIGNED]) expect(await statusOf(edge, headers)).toBe(200)
  const signed = ['localhost', SIGNED.host]
  expect(seen).toEqual([['localhost', own], signed, ['localhost', own], signed])
  expect(handshakes).toBe(1)
})

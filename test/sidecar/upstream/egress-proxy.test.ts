/** Egress proxies: a CONNECT tunnel per connection, kept and reused; a proxy's faults are told as the proxy's. */

import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import type { EgressProxy } from '../../../sidecar/upstream/index.ts'
import { type Authority, createAuthority } from '../../support/certificates.ts'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import { type EgressProxyOptions, type EgressProxyServer, startEgressProxy } from '../../support/egress-proxy.ts'
import { requestText } from '../../support/raw-client.ts'
import { closeAfterTest, NOWHERE, test as wireTest } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'
const UPSTREAM = 'http://llm.example:8080'

type Message = { error: { message: string; code: string } }

function portOfUrl(url: string): number {
  return Number(new URL(url).port)
}

function by(proxy: string, from = 'HTTP_PROXY'): EgressProxy {
  return { url: new URL(proxy), from }
}

const test = wireTest
  .extend('startProxy', ({ onTestFinished }) => {
    return (options: EgressProxyOptions) => closeAfterTest(startEgressProxy(options), onTestFinished)
  })
  .extend('authority', { scope: 'file' }, (): Promise<Authority> => createAuthority())
  .extend('caFile', async ({ authority, onTestFinished }): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'm2m-ca-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'ca.pem'), authority.cert)
    return join(folder, 'ca.pem')
  })
  /** In front of `upstream`, whatever name it is asked for. */
  .extend('proxy', ({ startProxy, upstream }): Promise<EgressProxyServer> => {
    return startProxy({ portOf: () => portOfUrl(upstream.url) })
  })

describe('the environment’s proxy', () => {
  test('gets one tunnel, which later calls reuse, and leaves no trace in them', async ({
    startEdge,
    proxy,
    upstream,
  }) => {
    const edge = await startEdge(UPSTREAM, { network: { httpProxy: by(proxy.url) } })
    for (const _ of [1, 2, 3]) expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(200)
    expect(proxy.asked.map(({ authority, headers }) => [authority, headers.host])).toEqual([
      ['llm.example:8080', 'llm.example:8080'],
    ])
    expect(proxy.plain).toEqual([])
    expect(upstream.seen.map(({ url, headers }) => [url, headers.host])).toEqual(
      [1, 2, 3].map(() => [CHAT_PATH, 'llm.example:8080']),
    )
    expect(Object.keys(upstream.seen[0]?.headers ?? {}).filter((name) => name.startsWith('proxy'))).toEqual([])
  })

  test('is named in the log once, without its password', async ({ startEdge, proxy }) => {
    const { host } = proxy
    const edge = await startEdge(UPSTREAM, { network: { httpProxy: by(`http://me:s%3Aecret@${host}`) } })
    for (const _ of [1, 2]) await edge.post(CHAT_PATH, chatBody())
    const told = edge.lines.filter(({ msg }) => String(msg).includes('egress proxy'))
    expect(told).toEqual([
      expect.objectContaining({
        level: 'info',
        provider: 'openai',
        proxy: host,
        from: 'HTTP_PROXY',
        msg: expect.stringMatching(/no address is checked$/),
      }),
    ])
    expect(JSON.stringify(edge.lines)).not.toContain('ecret')
    expect(proxy.asked[0]?.headers['proxy-authorization']).toBe(`Basic ${Buffer.from('me:s:ecret').toString('base64')}`)
  })

  test('may be an https proxy', async ({ startEdge, startProxy, upstream, authority, caFile }) => {
    const proxy = await startProxy({ portOf: () => portOfUrl(upstream.url), tls: await authority.issue() })
    const edge = await startEdge(UPSTREAM, { network: { httpProxy: by(proxy.url), caFile } })
    for (const _ of [1, 2]) expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(200)
    expect(proxy.asked).toHaveLength(1)
    const wary = await startEdge(UPSTREAM, { network: { httpProxy: by(proxy.url) } })
    const { error } = (await (await wary.post(CHAT_PATH, chatBody())).json()) as Message
    expect(error.code).toBe('EGRESS_PROXY_FAILED')
    expect(error.message).toMatch(/the egress proxy .* TLS failed: .* unknown authority.* SSL_CERT_FILE/)
  })

  test('carries TLS inside its own TLS', async ({ startEdge, startProxy, authority, caFile, onTestFinished }) => {
    const server = createTlsServer(await authority.issue({ names: ['llm.example'] }), (req, res) => {
      req.resume().on('end', () => res.end('{}'))
    }).listen(0, '127.0.0.1')
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    await once(server, 'listening')
    const portOf = (): number => (server.address() as AddressInfo).port
    const proxy = await startProxy({ portOf, tls: await authority.issue() })
    const edge = await startEdge('https://llm.example', { network: { httpsProxy: by(proxy.url), caFile } })
    for (const _ of [1, 2]) expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(200)
    expect(proxy.asked.map(({ authority: asked }) => asked)).toEqual(['llm.example:443'])
  })

  test.for(['llm.example', '.example', '*', 'other, llm.example:8080'])(
    'is left out for NO_PROXY=%s',
    async (noProxy, { startEdge, proxy, upstream }) => {
      const lookup = async (): Promise<string[]> => ['127.0.0.1']
      const provider = { addresses: ['127.0.0.1'] }
      const network = { httpProxy: by(proxy.url), noProxy }
      const edge = await startEdge(upstream.url.replace('127.0.0.1', 'llm.example'), { network, lookup, provider })
      const isExempt = !noProxy.includes('8080')
      expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(200)
      expect(proxy.asked).toHaveLength(isExempt ? 0 : 1)
    },
  )

  test('never gets a call to loopback', async ({ startEdge, proxy, upstream }) => {
    const network = { httpProxy: by(proxy.url) }
    for (const url of [upstream.url, upstream.url.replace('127.0.0.1', 'localhost')]) {
      const edge = await startEdge(url, { network })
      expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(200)
    }
    expect(proxy.asked).toEqual([])
  })

  test('resolves the upstream’s name itself; the sidecar asks for none', async ({ startEdge, proxy }) => {
    const asked: string[] = []
    const lookup = async (name: string): Promise<string[]> => {
      asked.push(name)
      return ['127.0.0.1']
    }
    const proxyUrl = proxy.url.replace('127.0.0.1', 'proxy.example')
    const edge = await startEdge(UPSTREAM, { network: { httpProxy: by(proxyUrl) }, lookup })
    expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(200)
    expect(asked).toEqual(['proxy.example'])
  })
})

describe('providers[].proxy', () => {
  test('goes before the environment, NO_PROXY and loopback included', async ({
    startEdge,
    proxy,
    startProxy,
    upstream,
  }) => {
    const other = await startProxy({ portOf: () => portOfUrl(upstream.url) })
    const network = { httpProxy: by(other.url), noProxy: '*' }
    const edge = await startEdge(upstream.url, { network, provider: { proxy: proxy.url } })
    expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(200)
    expect([proxy.asked.length, other.asked.length]).toEqual([1, 0])
  })

  test('none goes directly', async ({ startEdge, proxy, upstream }) => {
    const lookup = async (): Promise<string[]> => ['127.0.0.1']
    const provider = { proxy: 'none', addresses: ['127.0.0.0/8'] }
    const url = upstream.url.replace('127.0.0.1', 'llm.example')
    const edge = await startEdge(url, { network: { httpProxy: by(proxy.url) }, provider, lookup })
    expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(200)
    expect(proxy.asked).toEqual([])
  })

  test('is checked like the provider: its name may not lead just anywhere', async ({ startEdge, proxy }) => {
    const lookup = async (): Promise<string[]> => ['127.0.0.1']
    const named = proxy.url.replace('127.0.0.1', 'proxy.example')
    const edge = await startEdge(UPSTREAM, { provider: { proxy: named }, lookup })
    const { error } = (await (await edge.post(CHAT_PATH, chatBody())).json()) as Message
    expect(error.code).toBe('UPSTREAM_ADDRESS_REFUSED')
    expect(error.message).toContain('(providers[].proxy): proxy.example resolves to loopback addresses only')
    expect(proxy.asked).toEqual([])
  })
})

describe('a proxy that fails is named, the provider is not blamed', () => {
  test.for([
    [
      'HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n',
      /answers 407 .*does not take the user and password of HTTP_PROXY/,
    ],
    [
      'HTTP/1.1 403 Forbidden\r\n\r\nblocked',
      /answers 403 to CONNECT llm.example:8080: it does not permit this upstream/,
    ],
    ['HTTP/1.1 405 Method Not Allowed\r\n\r\n', /answers 405 .*it opens no tunnels; is HTTP_PROXY a proxy\?/],
    ['HTTP/1.1 502 Bad Gateway\r\n\r\n', /answers 502 .*it does not reach the upstream/],
    ['HTTP/1.1 503 Service Unavailable\r\n\r\n', /answers 503 .*it does not reach the upstream/],
    ['HTTP/1.1 302 Found\r\nlocation: http://login.example\r\n\r\n', /answers 302 .*instead of opening a tunnel/],
    ['HTTP/1.1 200 OK\r\n\r\nhello', /sent bytes of its own into the tunnel/],
    ['SSH-2.0-OpenSSH\r\n', /does not answer in HTTP; is HTTP_PROXY a proxy\?/],
    ['', /closed|reset/],
  ] as const)('%j', async ([answer, words], { startEdge, proxy }) => {
    proxy.refuseWith(answer)
    const edge = await startEdge(UPSTREAM, { network: { httpProxy: by(`http://me:secret@${proxy.host}`) } })
    const reply = await edge.post(CHAT_PATH, chatBody())
    const text = await reply.text()
    const { error } = JSON.parse(text) as Message
    expect([reply.status, error.code]).toEqual([502, 'EGRESS_PROXY_FAILED'])
    expect(error.message).toContain(`provider openai: the egress proxy ${proxy.host} (HTTP_PROXY)`)
    expect(error.message).toMatch(words)
    expect(text + JSON.stringify(edge.lines)).not.toContain('secret')
  })

  test('without credentials, a 407 says where they are written', async ({ startEdge, proxy }) => {
    proxy.refuseWith('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    const plain = await startEdge(UPSTREAM, { network: { httpProxy: by(proxy.url) } })
    expect(await (await plain.post(CHAT_PATH, chatBody())).text()).toContain(
      'write them in HTTP_PROXY, http://USER:PASSWORD@',
    )
    const policy = await startEdge(UPSTREAM, { provider: { proxy: proxy.url } })
    expect(await (await policy.post(CHAT_PATH, chatBody())).text()).toContain('no policy holds: name it in HTTPS_PROXY')
  })

  test('one that does not listen, and one whose name does not exist', async ({ startEdge }) => {
    const refused = await startEdge(UPSTREAM, { network: { httpProxy: by(NOWHERE) } })
    expect(await (await refused.post(CHAT_PATH, chatBody())).text()).toMatch(
      /the egress proxy 127.0.0.1:9 .*connection refused/,
    )
    const missing = await startEdge(UPSTREAM, { network: { httpProxy: by('http://m2m-no-such-proxy.invalid:3128') } })
    expect(await (await missing.post(CHAT_PATH, chatBody())).text()).toMatch(
      /the egress proxy m2m-no-such-proxy.invalid:3128 .*: its host name/,
    )
  })

  test('where a name has no address, the variable that may be missing is named', async ({ startEdge }) => {
    const edge = await startEdge('http://m2m-no-such-host.invalid')
    expect(await (await edge.post(CHAT_PATH, chatBody())).text()).toContain('name it in HTTPS_PROXY')
  })

  test('one that never answers costs the connect budget', async ({ startEdge, onTestFinished }) => {
    const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1')
    onTestFinished(() => void silent.close())
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const network = { httpProxy: by(`http://127.0.0.1:${port}`) }
    const edge = await startEdge(UPSTREAM, { network, timeouts: { connect: '300ms' } })
    const reply = await within('the reply', edge.post(CHAT_PATH, chatBody()))
    const { error } = (await reply.json()) as Message
    expect([reply.status, error.code]).toEqual([504, 'UPSTREAM_CONNECT_TIMEOUT'])
    expect(error.message).toContain('the egress proxy 127.0.0.1')
  })
})

describe('inside a tunnel the rules of a connection hold', () => {
  const overTcp = test
    .extend('tunnelled', ({ startProxy, tcpUpstream }) => startProxy({ portOf: () => portOfUrl(tcpUpstream.url) }))
    .extend('edge', ({ startEdge, tunnelled }) => startEdge(UPSTREAM, { network: { httpProxy: by(tunnelled.url) } }))

  overTcp(
    'a kept one that closes without a reply is tried once more, in a new tunnel',
    async ({ edge, tunnelled, tcpUpstream }) => {
      let heads = 0
      tcpUpstream.onHead((socket) => {
        heads++
        if (heads === 2) socket.resetAndDestroy()
        else socket.write(OK)
      })
      for (const _ of [1, 2]) expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(200)
      expect([heads, tunnelled.asked.length]).toEqual([3, 2])
    },
  )

  overTcp('a new one that closes is the provider’s failure', async ({ edge, tunnelled, tcpUpstream }) => {
    tcpUpstream.onHead((socket) => socket.destroy())
    const { error } = (await (await edge.post(CHAT_PATH, chatBody())).json()) as Message
    expect(error.code).toBe('UPSTREAM_CLOSED')
    expect(tunnelled.asked).toHaveLength(1)
  })

  overTcp('an abort closes the upstream’s connection, and events pass as they come', async ({ edge, tcpUpstream }) => {
    const closed = Promise.withResolvers<void>()
    tcpUpstream.onHead((socket) => {
      socket.once('close', () => closed.resolve())
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: {"a":1}\n\n')
    })
    const client = edge.connect(requestText('POST', CHAT_PATH, [], chatBody()))
    await client.until(/data: \{"a":1\}\n\n/)
    client.socket.destroy()
    await within('the close', closed.promise)
  })
})

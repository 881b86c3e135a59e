/** TLS to a provider: whom it trusts, what it shows, and what to do when it fails. */

import { createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createSecureServer as createHttp2Server } from 'node:http2'
import { createServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { describe, expect } from 'vitest'
import { type Authority, createAuthority, createSelfSigned } from '../../support/certificates.ts'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import { test as wireTest } from '../../support/wire.ts'

type Message = { error: { message: string; code: string } }

interface Files {
  /** @returns the path */
  write(name: string, text: string): Promise<string>
  path(name: string): string
}

const test = wireTest
  .extend('authority', { scope: 'file' }, (): Promise<Authority> => createAuthority())
  .extend('files', async ({ onTestFinished }): Promise<Files> => {
    const folder = await mkdtemp(join(tmpdir(), 'm2m-tls-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const path = (name: string): string => join(folder, name)
    return {
      path,
      write: async (name, text) => {
        await writeFile(path(`${name}.new`), text)
        await rename(path(`${name}.new`), path(name))
        return path(name)
      },
    }
  })
  /** A TLS server that answers with the subject of the client's certificate. @returns its URL */
  .extend('serve', ({ onTestFinished }) => async (options: ServerOptions): Promise<string> => {
    const server = createServer(options, (req, res) => {
      req.resume()
      const { subject } = (req.socket as TLSSocket).getPeerCertificate()
      res.setHeader('x-client', String(subject?.CN ?? 'none')).end('{}')
    })
    server.on('tlsClientError', () => undefined)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    return `https://localhost:${(server.address() as AddressInfo).port}`
  })

async function call(edge: Edge): Promise<Response> {
  return edge.post(CHAT_PATH, chatBody())
}

async function problemOf(edge: Edge): Promise<string> {
  const reply = await call(edge)
  const { error } = (await reply.json()) as Message
  return `${reply.status} ${error.code} ${error.message}`
}

describe('providers[].tls', () => {
  test('caFile adds an authority', async ({ authority, files, serve, startEdge }) => {
    const url = await serve(await authority.issue())
    const caFile = await files.write('ca.pem', authority.cert)
    expect((await call(await startEdge(url, { provider: { tls: { caFile } } }))).status).toBe(200)
  })

  test('certFile and keyFile are shown to a server that asks', async ({ authority, files, serve, startEdge }) => {
    const url = await serve({ ...(await authority.issue()), ca: authority.cert, requestCert: true })
    const client = await authority.issue()
    const tls = {
      caFile: await files.write('ca.pem', authority.cert),
      certFile: await files.write('tls.crt', client.cert),
      keyFile: await files.write('tls.key', client.key),
    }
    const reply = await call(await startEdge(url, { provider: { tls } }))
    expect([reply.status, reply.headers.get('x-client')]).toEqual([200, 'Test'])
  })

  test('verify: false takes any certificate, and the log says so once', async ({ serve, startEdge }) => {
    const url = await serve(await createSelfSigned())
    const edge = await startEdge(url, { provider: { tls: { verify: false } } })
    for (const _ of [1, 2]) expect((await call(edge)).status).toBe(200)
    expect(edge.lines.filter(({ msg }) => String(msg).startsWith('tls.verify is false'))).toHaveLength(1)
  })

  test('files are read again when they change, for new connections', async ({ authority, files, serve, startEdge }) => {
    const other = await createAuthority('CN=Other')
    const url = await serve({ ...(await authority.issue()), keepAliveTimeout: 1 })
    const caFile = await files.write('ca.pem', other.cert)
    const edge = await startEdge(url, { provider: { tls: { caFile } } })
    expect(await problemOf(edge)).toContain('unknown authority')
    await files.write('ca.pem', other.cert + authority.cert)
    expect((await call(edge)).status).toBe(200)
  })

  test('a client certificate is rotated; half a pair leaves the last good one in force', async ({
    authority,
    files,
    serve,
    startEdge,
  }) => {
    const url = await serve({ ...(await authority.issue()), ca: authority.cert, requestCert: true })
    const pairs = [await authority.issue(), await authority.issue()]
    const tls = {
      caFile: await files.write('ca.pem', authority.cert),
      certFile: await files.write('tls.crt', String(pairs[0]?.cert)),
      keyFile: await files.write('tls.key', String(pairs[0]?.key)),
    }
    const edge = await startEdge(url, { provider: { tls } })
    expect((await call(edge)).status).toBe(200)
    await files.write('tls.crt', String(pairs[1]?.cert))
    const parallel = await Promise.all([call(edge), call(edge), call(edge)])
    expect(parallel.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(edge.lines.filter(({ msg }) => String(msg).includes('last good ones stay in force')).length).toBeGreaterThan(
      0,
    )
    await files.write('tls.key', String(pairs[1]?.key))
    expect((await call(edge)).status).toBe(200)
  })

  test.for([
    ['caFile', undefined, /providers\[\]\.tls: caFile \(.*\) cannot be read: there is no such file/],
    ['caFile', 'not PEM', /caFile \(.*\) cannot be read: it holds no certificate in PEM/],
    ['caFile', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', /caFile \(.*\) cannot be read/],
  ] as const)(
    '%s with %j is an error that names field and file',
    async ([field, text, words], { files, serve, startEdge, authority }) => {
      const url = await serve(await authority.issue())
      const path = text === undefined ? files.path('missing.pem') : await files.write('some.pem', text)
      const edge = await startEdge(url, { provider: { tls: { [field]: path } } })
      expect(await problemOf(edge)).toMatch(/^502 UPSTREAM_TLS_FAILED/)
      expect(await problemOf(edge)).toMatch(words)
      expect(edge.lines.some(({ msg }) => msg === 'call failed')).toBe(true)
    },
  )

  test.for([
    ['swapped', 'key', 'cert', /certFile \(.*\) cannot be read: it holds no certificate in PEM/],
    ['an empty certificate', 'nothing', 'key', /certFile \(.*\) cannot be read: it holds no certificate/],
    ['a certificate for a key', 'cert', 'cert', /keyFile \(.*\) cannot be read: it holds no private key in PEM/],
    ['an encrypted key', 'cert', 'encrypted', /keyFile \(.*\) cannot be read: its key is encrypted/],
  ] as const)(
    '%s is told by field and file',
    async ([, first, second, words], { files, serve, startEdge, authority }) => {
      const { cert, key } = await authority.issue()
      const encrypted = createPrivateKey(key).export({
        type: 'pkcs8',
        format: 'pem',
        cipher: 'aes-256-cbc',
        passphrase: 'x',
      })
      const texts = { cert, key, nothing: '', encrypted: String(encrypted) }
      const tls = {
        certFile: await files.write('tls.crt', texts[first]),
        keyFile: await files.write('tls.key', texts[second]),
      }
      const edge = await startEdge(await serve(await authority.issue()), { provider: { tls } })
      expect(await problemOf(edge)).toMatch(words)
    },
  )

  test('a key that does not fit its certificate is told', async ({ authority, files, serve, startEdge }) => {
    const url = await serve(await authority.issue())
    const certFile = await files.write('tls.crt', (await authority.issue()).cert)
    const keyFile = await files.write('tls.key', (await authority.issue()).key)
    const told = await problemOf(await startEdge(url, { provider: { tls: { certFile, keyFile } } }))
    expect(told).toMatch(/certFile and keyFile cannot be used together: .*key values mismatch/)
  })
})

describe('authorities of the environment', () => {
  test('SSL_CERT_FILE and SSL_CERT_DIR add theirs', async ({ authority, files, serve, startEdge }) => {
    const url = await serve(await authority.issue())
    const caFile = await files.write('ca.pem', authority.cert)
    await files.write('README', 'not a certificate')
    const byFile = await startEdge(url, { network: { caFile } })
    const caDir = [files.path('missing'), files.path('.')].join(delimiter)
    const byFolder = await startEdge(url, { network: { caDir } })
    expect([(await call(byFile)).status, (await call(byFolder)).status]).toEqual([200, 200])
    expect(byFolder.lines).toContainEqual(expect.objectContaining({ level: 'warn', variable: 'SSL_CERT_DIR' }))
  })

  test('one that cannot be read is reported, and the others hold', async ({ authority, files, serve, startEdge }) => {
    const url = await serve(await authority.issue())
    const provider = { tls: { caFile: await files.write('ca.pem', authority.cert) } }
    const edge = await startEdge(url, { provider, network: { caFile: files.path('missing.pem') } })
    expect((await call(edge)).status).toBe(200)
    expect(edge.lines).toContainEqual(expect.objectContaining({ level: 'warn', variable: 'SSL_CERT_FILE' }))
  })
})

describe('a failure says what to do', () => {
  const cases: readonly (readonly [string, (authority: Authority) => Promise<ServerOptions>, RegExp])[] = [
    [
      'an unknown authority',
      (authority) => authority.issue(),
      /unknown authority; name its authority \(PEM\) in providers\[\]\.tls\.caFile, SSL_CERT_FILE or NODE_EXTRA_CA_CERTS/,
    ],
    ['a self-signed certificate', () => createSelfSigned(), /self-signed; name its authority/],
    ['an expired certificate', (authority) => authority.issue({ validFrom: -9, validTo: -1 }), /has expired/],
    [
      'one that is not valid yet',
      (authority) => authority.issue({ validFrom: 1, validTo: 9 }),
      /not valid yet; is this machine's clock right/,
    ],
    [
      'one of another name',
      (authority) => authority.issue({ names: ['llm.example'] }),
      /for other names; baseURL must use a name of the certificate/,
    ],
    [
      'a demand for a client certificate',
      async (authority) => ({
        ...(await authority.issue()),
        ca: authority.cert,
        requestCert: true,
        rejectUnauthorized: true,
      }),
      /client certificate; set certFile and keyFile in providers\[\]\.tls/,
    ],
    [
      'the same in TLS 1.2',
      async (authority) => ({
        ...(await authority.issue()),
        ca: authority.cert,
        requestCert: true,
        rejectUnauthorized: true,
        maxVersion: 'TLSv1.2',
      }),
      /client certificate/,
    ],
    [
      'an old version of TLS',
      async (authority) => ({
        ...(await authority.issue()),
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      }),
      /shares no TLS version or cipher/,
    ],
  ]

  test.for(cases)('%s', async ([, options, words], { authority, files, serve, startEdge }) => {
    const url = await serve(await options(authority))
    const isTrusted = !/authority/.test(words.source)
    const tls = isTrusted ? { caFile: await files.write('ca.pem', authority.cert) } : {}
    const told = await problemOf(await startEdge(url, { provider: { tls } }))
    expect(told).toMatch(/^502 UPSTREAM_TLS_FAILED M2M: provider openai: TLS failed: /)
    expect(told).toMatch(words)
  })

  test('a port that speaks plain http', async ({ startEdge, upstream }) => {
    const told = await problemOf(await startEdge(upstream.url.replace('http:', 'https:')))
    expect(told).toMatch(/is it plain http\? Then baseURL begins with http:\/\/ \(and allowInsecure: true\)/)
  })

  test('a server of HTTP/2 alone', async ({ authority, files, startEdge, onTestFinished }) => {
    const server = createHttp2Server(await authority.issue()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const url = `https://localhost:${(server.address() as AddressInfo).port}`
    const tls = { caFile: await files.write('ca.pem', authority.cert) }
    expect(await problemOf(await startEdge(url, { provider: { tls } }))).toMatch(/it speaks HTTP\/2 only/)
  })

  test('a port that is silent during the handshake', async ({ startEdge, tcpUpstream }) => {
    tcpUpstream.onHead(() => undefined)
    const edge = await startEdge(tcpUpstream.url.replace('http:', 'https:'), { timeouts: { connect: '300ms' } })
    expect(await problemOf(edge)).toMatch(/^504 UPSTREAM_CONNECT_TIMEOUT/)
  })
})

test('reads files only when a connection is made', async ({ authority, files, serve, startEdge }) => {
  const url = await serve(await authority.issue())
  const caFile = await files.write('ca.pem', authority.cert)
  const edge = await startEdge(url, { provider: { tls: { caFile } } })
  expect((await call(edge)).status).toBe(200)
  expect(await readFile(caFile, 'utf8')).toBe(authority.cert)
  await rm(caFile)
  expect((await call(edge)).status).toBe(200)
})

/** The client against a TLS server of its own: what a real API server does not do on demand. */

import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type Answer, createKubeClient, type KubeClient, type KubeClientOptions } from '../../src/kube/index.ts'
import { type Authority, createAuthority } from '../support/certificates.ts'
import { collect } from '../support/collect.ts'

let authority: Authority
let server: Server
let url: string
let folder: string
let connections = 0
let handshakes = 0
let requests: IncomingMessage[] = []
let answer: (req: IncomingMessage, res: ServerResponse) => void

beforeAll(async () => {
  authority = await createAuthority()
  folder = await mkdtemp(join(tmpdir(), 'm2m-kube-client-'))
  const { cert, key } = await authority.issue()
  const options = { cert, key, ca: authority.cert, requestCert: true, rejectUnauthorized: false }
  server = createServer(options, (req, res) => {
    requests.push(req)
    answer(req, res)
  })
  server.on('connection', () => {
    connections++
  })
  server.on('secureConnection', () => {
    handshakes++
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true })
})

beforeEach(() => {
  connections = 0
  handshakes = 0
  requests = []
  answer = (_req, res) => res.end('{"ok":true}')
})

function configOf({ user = {}, cluster = {} }: { user?: object; cluster?: object } = {}): KubeConfig {
  const config = new KubeConfig()
  config.loadFromOptions({
    clusters: [{ name: 'c', server: url, caData: Buffer.from(authority.cert).toString('base64'), ...cluster }],
    users: [{ name: 'u', ...user }],
    contexts: [{ name: 'x', cluster: 'c', user: 'u', namespace: 'team\n' }],
    currentContext: 'x',
  })
  return config
}

function clientOf(config: KubeConfig, options: KubeClientOptions = {}): KubeClient {
  const client = createKubeClient(config, options)
  onTestFinished(() => client.close())
  return client
}

describe('credentials', () => {
  test('the namespace is that of the context', () => {
    expect(clientOf(configOf()).namespace).toBe('team')
  })

  test('a token of a file is sent without the line break at its end', async () => {
    const tokenFile = join(folder, 'token')
    await writeFile(tokenFile, 'secret\n')
    const client = clientOf(configOf({ user: { authProvider: { name: 'tokenFile', config: { tokenFile } } } }))
    await client.get('/version')
    expect(requests[0]?.headers.authorization).toBe('Bearer secret')
  })

  test('a plug-in runs once for calls of one moment', async () => {
    const script = join(folder, 'plugin.sh')
    const runs = join(folder, 'runs')
    const credential = JSON.stringify({ kind: 'ExecCredential', status: { token: 'from-plugin' } })
    await writeFile(script, `echo run >> ${runs}; sleep 0.2; echo '${credential}'`)
    const client = clientOf(configOf({ user: { exec: { command: 'sh', args: [script] } } }))
    await Promise.all([client.get('/a'), client.get('/b'), client.get('/c')])
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill('Bearer from-plugin'))
    expect(await readFile(runs, 'utf8')).toBe('run\n')
  })

  test('a plug-in that hangs ends with the time of the call', async () => {
    const client = clientOf(configOf({ user: { exec: { command: 'sleep', args: ['5'] } } }), { timeoutMs: 100 })
    await expect(client.get('/a')).rejects.toMatchObject({ status: 0, reason: 'Timeout' })
    expect(requests).toEqual([])
  })

  test('client certificates of files are taken anew when their content changes, and only then', async () => {
    const certFile = join(folder, 'tls.crt')
    const keyFile = join(folder, 'tls.key')
    const rotate = async (subject: string): Promise<void> => {
      const { cert, key } = await authority.issue({ subject })
      await Promise.all([writeFile(certFile, cert), writeFile(keyFile, key)])
    }
    const names: unknown[] = []
    answer = (req, res) => {
      names.push((req.socket as TLSSocket).getPeerCertificate().subject?.CN)
      res.end('{}')
    }
    await rotate('CN=old')
    const client = clientOf(configOf({ user: { certFile, keyFile } }))
    for (let i = 0; i < 10; i++) await client.get('/a')
    expect(handshakes).toBeLessThanOrEqual(3)
    await rotate('CN=new')
    for (let i = 0; i < 10; i++) await client.get('/a')
    expect(names).toEqual([...Array(10).fill('old'), ...Array(10).fill('new')])
    expect(handshakes).toBeLessThanOrEqual(6)
  })

  test('19: with two authorities, servers of both are verified; with the one that is left, only its own', async () => {
    const next = await createAuthority('CN=Next authority')
    const caFile = join(folder, 'two.crt')
    const client = clientOf(configOf({ cluster: { caData: undefined, caFile } }))
    const get = (): Promise<unknown> => client.get('/a').catch(({ reason }) => reason)
    onTestFinished(async () => server.setSecureContext({ ...(await authority.issue()), ca: authority.cert }))

    await writeFile(caFile, authority.cert)
    expect(await get()).toEqual({ ok: true })
    await writeFile(caFile, `${next.cert}\n${authority.cert}`)
    expect(await get()).toEqual({ ok: true })
    server.setSecureContext({ ...(await next.issue()), ca: authority.cert })
    server.closeAllConnections()
    expect(await get()).toEqual({ ok: true })
    // A connection that is open is of no use to who does not trust its server any more.
    await writeFile(caFile, authority.cert)
    expect(await get()).toBe('Unreachable')
    await writeFile(caFile, next.cert)
    expect(await get()).toEqual({ ok: true })
  })

  test('a path in front of the API is kept: clusters behind a proxy have one', async () => {
    await clientOf(configOf({ cluster: { server: `${url}/k8s/clusters/one/` } })).get('/version', {
      a: 1,
      b: undefined,
    })
    expect(requests[0]?.url).toBe('/k8s/clusters/one/version?a=1')
  })

  test('a kubeconfig without a cluster, and plain HTTP that nobody has permitted, are errors of the call', async () => {
    await expect(clientOf(new KubeConfig()).get('/a')).rejects.toMatchObject({ reason: 'Unreachable' })
    const plain = configOf({ cluster: { server: 'http://127.0.0.1:1' } })
    await expect(clientOf(plain).get('/a')).rejects.toThrow('HTTP protocol is not allowed')
  })
})

describe('calls', () => {
  test('many need three connections, at once or one after the other', async () => {
    const client = clientOf(configOf())
    for (let i = 0; i < 20; i++) await client.get('/a')
    await Promise.all(Array.from({ length: 50 }, () => client.get('/a')))
    expect(handshakes).toBeLessThanOrEqual(3)
  })

  test('a call that waits for its turn has its whole time afterwards', async () => {
    answer = (_req, res) => void setTimeout(() => res.end('{}'), 150)
    const client = clientOf(configOf(), { connections: 1, timeoutMs: 400 })
    await Promise.all(Array.from({ length: 5 }, () => client.get('/a')))
    expect(requests).toHaveLength(5)
  })

  test.for<[string, (res: ServerResponse) => void]>([
    ['is never answered', () => undefined],
    ['stops within its answer', (res) => void res.write('{"a":')],
  ])('a call that %s ends with its time', async ([, treat]) => {
    answer = (_req, res) => treat(res)
    const client = clientOf(configOf(), { timeoutMs: 200 })
    await expect(client.get('/a')).rejects.toMatchObject({ reason: 'Timeout', status: 0 })
    await expect(collect(client.pages('/a'))).rejects.toMatchObject({ reason: 'Timeout' })
  })

  test('a signal ends a call, and a wait for a server that asks to wait', async () => {
    answer = (_req, res) => void res.writeHead(429, { 'retry-after': '30' }).end('{}')
    const controller = new AbortController()
    const call = clientOf(configOf()).request({ method: 'GET', path: '/a', signal: controller.signal })
    await expect.poll(() => requests).toHaveLength(1)
    controller.abort()
    await expect(call).rejects.toMatchObject({ reason: 'Aborted' })
    expect(requests).toHaveLength(1)
  })

  test('what a server asks to wait beyond the bound is the caller’s to wait for', async () => {
    answer = (_req, res) => void res.writeHead(503, { 'retry-after': '61' }).end('{}')
    await expect(clientOf(configOf()).get('/a')).rejects.toMatchObject({ status: 503, retryAfterMs: 61_000 })
    answer = (_req, res) => void res.writeHead(429, { 'retry-after': '1' }).end('{}')
    const call = clientOf(configOf()).request({ method: 'GET', path: '/a', maxWaitMs: 0 })
    await expect(call).rejects.toMatchObject({ status: 429 })
  })

  test('a connection that closes under a read costs one more try, under a write none', async () => {
    answer = (req, res) => (requests.length === 1 ? req.socket.destroy() : res.end('{"second":true}'))
    expect(await clientOf(configOf()).get('/a')).toEqual({ second: true })
    requests = []
    const write = clientOf(configOf()).request({ method: 'POST', path: '/a', body: {} })
    await expect(write).rejects.toMatchObject({ status: 0, reason: 'Unreachable' })
    expect(requests).toHaveLength(1)
  })

  test('an answer that is no JSON is an error, an empty one is none', async () => {
    answer = (_req, res) => res.end('<html>')
    await expect(clientOf(configOf()).get('/a')).rejects.toMatchObject({ reason: 'Malformed' })
    answer = (_req, res) => res.end()
    expect(await clientOf(configOf()).get('/a')).toBeUndefined()
  })

  test('a write behind a closed fence leaves no byte on the wire, though its connection was being made', async () => {
    let asked = 0
    const fence = (): boolean => {
      asked++
      return false
    }
    const client = clientOf(configOf())
    const call = { method: 'PATCH', path: '/a', body: {}, fence } as const
    await expect(client.request(call)).rejects.toMatchObject({ reason: 'NotLeader' })
    expect(asked).toBe(1)
    await expect.poll(() => connections).toBe(1)
    expect(requests).toEqual([])
    expect(await client.request({ ...call, fence: () => true })).toEqual({ ok: true })
  })

  test('each answer is told, and each failure', async () => {
    const answers: Answer[] = []
    const client = clientOf(configOf(), { timeoutMs: 200, onAnswer: (one) => void answers.push(one) })
    await client.get('/a')
    answer = (_req, res) => void res.writeHead(404).end('{}')
    await client.get('/a').catch(() => undefined)
    answer = () => undefined
    await client.request({ method: 'DELETE', path: '/a' }).catch(() => undefined)
    expect(answers).toMatchObject([
      { method: 'GET', status: 200 },
      { method: 'GET', status: 404 },
      { method: 'DELETE', status: 0 },
    ])
  })
})

describe('a watch', () => {
  const read = (client: KubeClient, signal = new AbortController().signal): AsyncIterable<unknown> =>
    client.stream('/w', { watch: true }, { signal })

  test('ends quietly by its signal, and with its connection', async () => {
    answer = (_req, res) => void res.write('{"n":1}\n')
    const controller = new AbortController()
    const seen: unknown[] = []
    for await (const line of read(clientOf(configOf()), controller.signal)) {
      seen.push(line)
      controller.abort()
    }
    expect(seen).toEqual([{ n: 1 }])
    const socket = requests[0]?.socket as Socket
    if (!socket.destroyed) await once(socket, 'close')
  })

  test('that falls silent ends with an error; bytes keep it alive', async () => {
    answer = (_req, res) => {
      let rest = 5
      const timer = setInterval(() => {
        if (rest-- > 0) res.write('\n')
        else clearInterval(timer)
      }, 100)
    }
    const began = performance.now()
    const lines = collect(read(clientOf(configOf(), { silenceMs: 300 })))
    await expect(lines).rejects.toMatchObject({ reason: 'Timeout' })
    expect(performance.now() - began).toBeGreaterThan(500)
  })

  test('does not keep calls waiting', async () => {
    answer = (req, res) => (req.url?.startsWith('/w') ? void res.write('{"n":1}\n') : res.end('{}'))
    const client = clientOf(configOf(), { connections: 1 })
    const watches = [read(client), read(client)].map((lines) => lines[Symbol.asyncIterator]())
    for (const watch of watches) await watch.next()
    expect(await client.get('/a')).toEqual({})
    for (const watch of watches) await watch.return?.()
  })
})

/** A sidecar between a raw client and a raw upstream: for tests of what happens on the wire, byte by byte. */

import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '../../sidecar/log.ts'
import { type RunningSidecar, startSidecar } from '../../sidecar/start.ts'

export interface Edge {
  readonly url: string
  readonly port: number
  readonly adminUrl: string
  /** What was logged, parsed. */
  readonly lines: Record<string, unknown>[]
  readonly sidecar: RunningSidecar
  /** Where calls are recorded, when `isRecorded` was set. */
  readonly recordDir: string
  close(): Promise<void>
}

export interface EdgeOptions {
  /** Fields of `spec`, beside the providers. */
  readonly spec?: object
  readonly timeouts?: Readonly<Record<string, string>>
  readonly graceMs?: number
  readonly isRecorded?: boolean
}

/** Providers openai, anthropic and ollama, all at one upstream. */
export async function startEdge(upstreamUrl: string, options: EdgeOptions = {}): Promise<Edge> {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-edge-'))
  const path = join(folder, 'm2mpolicy.yaml')
  const recordDir = join(folder, 'recorded')
  const providers = ['openai', 'anthropic', 'ollama'].map((name) => ({
    name,
    baseURL: upstreamUrl,
    allowInsecure: true,
    ...(options.timeouts && { timeouts: options.timeouts }),
  }))
  const policy = {
    apiVersion: 'm2m.io/v1alpha1',
    kind: 'M2MPolicy',
    metadata: { name: 'edge' },
    spec: { providers, ...options.spec },
  }
  await writeFile(path, JSON.stringify(policy))
  const lines: Record<string, unknown>[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const sidecar = await startSidecar(
    {
      proxy: { host: '127.0.0.1', port: 0, upstreams: [], mode: 'Enforce', profile: 'Safe' },
      admin: { host: '127.0.0.1', port: 0 },
      policy: { path, pollMs: 60_000 },
      log: { level: 'debug' },
      otlp: { endpoint: undefined, serviceName: 'm2m' },
      record: { dir: options.isRecorded ? recordDir : undefined, maxBytes: 10_000_000 },
      drain: { graceMs: options.graceMs ?? 0 },
    },
    { log: createLogger({ level: 'debug', destination }) },
  )
  return {
    url: sidecar.dataUrl,
    port: Number(new URL(sidecar.dataUrl).port),
    adminUrl: sidecar.adminUrl,
    lines,
    sidecar,
    recordDir,
    async close() {
      await sidecar.close()
      await rm(folder, { recursive: true })
    },
  }
}

export interface Seen {
  readonly method: string
  readonly url: string
  readonly rawHeaders: readonly string[]
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export interface Upstream {
  readonly url: string
  readonly seen: Seen[]
  readonly server: Server
  close(): Promise<void>
}

/** An HTTP upstream that reads each request whole, then answers by `reply`. */
export async function startUpstream(reply: (res: ServerResponse, seen: Seen) => void): Promise<Upstream> {
  const seen: Seen[] = []
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of req) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    const { method = '', url = '', rawHeaders, headers } = req
    const request = { method, url, rawHeaders, headers, body: Buffer.concat(chunks) }
    seen.push(request)
    reply(res, request)
  })
  server.requestTimeout = 0
  const url = await listen(server)
  return { url, seen, server, close: () => stop(server) }
}

/** An upstream below HTTP: `onHead` is called with each connection once a request's head is in. */
export async function startTcpUpstream(
  onHead: (socket: Socket, head: string) => void,
): Promise<{ url: string; sockets: Socket[]; close(): Promise<void> }> {
  const sockets: Socket[] = []
  const server = createTcpServer((socket) => {
    sockets.push(socket)
    let head = ''
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1')
      if (!head.includes('\r\n\r\n')) return
      const whole = head
      head = ''
      onHead(socket, whole)
    })
  })
  const url = await listen(server)
  return {
    url,
    sockets,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return stop(server)
    },
  }
}

export interface RawClient {
  readonly socket: Socket
  /** Everything received so far, as latin1. */
  readonly text: () => string
  /** Waits until the text matches. */
  until(pattern: RegExp): Promise<string>
  /** Waits until the other side has closed; the whole text. */
  readonly closed: Promise<string>
}

export function rawClient(port: number, request: string | Uint8Array): RawClient {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  socket.on('error', () => undefined)
  socket.write(request)
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(text)))
  return {
    socket,
    text: () => text,
    async until(pattern) {
      while (!pattern.test(text)) {
        if (socket.destroyed) throw new Error(`the connection closed before ${pattern}: ${JSON.stringify(text)}`)
        await Promise.race([new Promise((resolve) => socket.once('data', resolve)), closed])
      }
      return text
    },
    closed,
  }
}

/** A request as text, with a length where there is a body. */
export function requestText(method: string, path: string, headers: readonly string[] = [], body = ''): string {
  const length = body === '' ? [] : [`content-length: ${Buffer.byteLength(body)}`]
  return [`${method} ${path} HTTP/1.1`, 'host: m2m', ...headers, ...length, '', body].join('\r\n')
}

/** A call of the OpenAI dialect. */
export function chatBody(fields: object = {}): string {
  return JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }], ...fields })
}

/** A call whose tool result compresses. */
export function wordyBody(fields: object = {}): string {
  const rows = Array.from({ length: 30 }, (_, id) => ({ id, name: `item ${id}`, price: id * 1.5 }))
  const call = { id: 'a', type: 'function', function: { name: 'list', arguments: '{}' } }
  return chatBody({
    messages: [
      { role: 'user', content: 'hello' },
      { role: 'assistant', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'a', content: JSON.stringify(rows, null, 4) },
    ],
    ...fields,
  })
}

async function listen(server: Server | TcpServer): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function stop(server: Server | TcpServer): Promise<void> {
  if ('closeAllConnections' in server) server.closeAllConnections()
  server.close()
  await once(server, 'close')
}

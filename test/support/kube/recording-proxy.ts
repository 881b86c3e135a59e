/** A TLS proxy before an API server: it counts, records, answers by itself, stalls and cuts. For tests of clients. */

import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { Agent, createServer, request } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Certificate } from '../certificates.ts'
import type { Cluster, KubeUser } from './cluster.ts'

export interface RecordedCall {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Once the reply has begun. */
  status?: number
}

/** What happens to a call: an answer of the proxy's own, none ever, or a closed connection. */
export type Treatment = OwnAnswer | 'hang' | 'cut'

export interface OwnAnswer {
  readonly status: number
  readonly headers?: Record<string, string>
  /** An object is sent as JSON, and a text as it is. */
  readonly body?: object | string
  /** A stream that says this much and then no more. */
  readonly staysOpen?: boolean
}

/** Undefined lets the call through. */
export type Rule = (call: RecordedCall) => Treatment | undefined | Promise<Treatment | undefined>

export interface RecordingProxy {
  /** For `cluster.at` or `kubeConfig({ url })`; its certificate is of the cluster's authority. */
  readonly url: string
  /** Calls in order of arrival. */
  readonly calls: readonly RecordedCall[]
  /** TLS connections that were ever made. */
  readonly handshakes: number
  /** The most of them at one time. */
  readonly peak: number
  /** Holds for later calls; undefined lets all through. */
  setRule(rule: Rule | undefined): void
  /** Sends later calls to another API server. */
  forwardTo(url: string): void
  /** Shows another certificate on later connections. */
  present(certificate: Certificate): void
  /** Closes every connection, as a server that dies. */
  cut(): void
  /** On the connections that are open now no byte passes any more, and none is closed: a firewall that has forgotten them. */
  stall(): void
  close(): Promise<void>
}

interface Upstream {
  url: string
  readonly agents: { readonly admin: Agent; readonly bearer: Agent }
}

/** Callers with a token stay who they are; all others become `as`, since a client's certificate ends at a proxy. */
export async function startRecordingProxy(cluster: Cluster, as: KubeUser = cluster.admin): Promise<RecordingProxy> {
  const { cert, key } = await cluster.authority.issue()
  const calls: RecordedCall[] = []
  const sockets = new Set<Socket>()
  const stalled = new WeakSet<Socket>()
  const upstream = upstreamOf(cluster, as)
  let rule: Rule | undefined
  let handshakes = 0
  let peak = 0
  const server = createServer({ cert, key }, async (req, res) => {
    const call = { method: req.method ?? '', url: req.url ?? '', headers: req.headers, at: Date.now() }
    calls.push(call)
    if (stalled.has(req.socket)) return
    const treatment = await rule?.(call)
    if (treatment === undefined) forward({ req, res, call, upstream, isStalled: () => stalled.has(req.socket) })
    else treat(treatment, call, { req, res })
  })
  server.on('secureConnection', (socket) => {
    handshakes++
    sockets.add(socket)
    peak = Math.max(peak, sockets.size)
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
  })
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    get handshakes() {
      return handshakes
    },
    get peak() {
      return peak
    },
    setRule: (next) => {
      rule = next
    },
    forwardTo: (url) => {
      upstream.url = url
    },
    present: (certificate) => server.setSecureContext({ cert: certificate.cert, key: certificate.key }),
    cut,
    stall: () => {
      for (const socket of sockets) stalled.add(socket)
    },
    close: async () => {
      server.close()
      cut()
      for (const agent of Object.values(upstream.agents)) agent.destroy()
    },
  }
}

function upstreamOf(cluster: Cluster, { certificate, token }: KubeUser): Upstream {
  if (token !== undefined) throw new Error('a caller with a token sends it by itself')
  const options = { ca: cluster.authority.cert, keepAlive: true }
  return {
    url: cluster.url,
    // An API server takes a certificate for the caller, whatever token is beside it.
    agents: { admin: new Agent({ ...options, ...certificate }), bearer: new Agent(options) },
  }
}

interface Exchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
}

function treat(treatment: Treatment, call: RecordedCall, { req, res }: Exchange): void {
  if (treatment === 'hang') return
  if (treatment === 'cut') return void req.socket.destroy()
  const { status, headers, body = {}, staysOpen = false } = treatment
  req.resume()
  call.status = status
  res.writeHead(status, { 'content-type': 'application/json', ...headers })
  res.write(typeof body === 'string' ? body : JSON.stringify(body))
  if (!staysOpen) res.end()
}

interface Forward extends Exchange {
  readonly call: RecordedCall
  readonly upstream: Upstream
  readonly isStalled: () => boolean
}

function forward({ req, res, call, upstream, isStalled }: Forward): void {
  const agent = req.headers.authorization === undefined ? upstream.agents.admin : upstream.agents.bearer
  const { method, headers } = req
  const outgoing = request(new URL(call.url, upstream.url), { agent, method, headers }, (reply) => {
    if (isStalled()) return
    call.status = reply.statusCode ?? 0
    res.writeHead(call.status, reply.headers)
    res.flushHeaders()
    reply.on('data', (chunk: Buffer) => {
      if (isStalled() || res.write(chunk)) return
      reply.pause()
      res.once('drain', () => reply.resume())
    })
    reply.on('end', () => {
      if (!isStalled()) res.end()
    })
    reply.on('error', () => {
      if (!isStalled()) res.destroy()
    })
  })
  outgoing.on('error', () => {
    if (!isStalled()) res.destroy()
  })
  res.on('close', () => outgoing.destroy())
  req.pipe(outgoing)
}

/**
 * The HTTPS server of the webhook: bounded bodies, bounded times, and an end that cuts no answer. HTTP/1.1 only: an API server
 * that reaches its webhook by a Service, or by an address that is not its own, offers nothing else (k8s.io/issue/75791).
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { type Address, listen } from '../listen.ts'
import { createBodies } from './bodies.ts'
import { boundConnections, refusePipelines } from './connections.ts'
import type { ServingCertificate } from './tls/certificate-source.ts'

export interface WebhookServer {
  readonly port: number
  /** New connections get this one; the others go on with theirs. */
  use(certificate: ServingCertificate): void
  /** Answers on for so long, asks each caller to come by another connection, then ends. */
  close(drainMs: number): Promise<void>
}

export interface Reply {
  readonly status: number
  readonly body: string
}

export interface WebhookOptions {
  readonly address: Address
  /** @param path without its query */
  answer(path: string, body: string): Promise<Reply>
  hasPath(path: string): boolean
  readonly hooks: WebhookHooks
}

export interface WebhookHooks {
  /** A request that no review came of. */
  onRefused(cause: RequestFault): void
  onTlsError(): void
}

export type RequestFault = 'path' | 'method' | 'too-large' | 'too-many' | 'cut'

/**
 * The API server keeps an idle connection for 90 s. Should this side end it first, a review that is sent at this moment would
 * be lost, and under `Ignore` a pod would go without sidecar.
 */
const KEEP_ALIVE_MS = 120_000

/** Longer than the longest time-out of a webhook is of no use. */
const REQUEST_MS = 30_000

const HANDSHAKE_MS = 10_000

/** Of a new connection: an API server opens one because it has something to ask. */
const HEAD_MS = 10_000

/** How often these times are looked at: without it half a minute more. */
const LOOK_MS = 2_000

/** For answers that are on their way when the drain ends. */
const LAST_ANSWERS_MS = 10_000

/** @throws M2MError PORT_IN_USE */
export async function serveWebhook({ address, answer, hasPath, hooks }: WebhookOptions): Promise<WebhookServer> {
  const bodies = createBodies()
  let isDraining = false
  const replyTo = async (request: IncomingMessage): Promise<Reply> => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    if (!hasPath(path)) return refuse('path', 'no webhook is at this path')
    if (request.method !== 'POST') return refuse('method', 'POST only')
    const reply = await bodies.use(request, (body) => answer(path, body))
    return 'cause' in reply ? refuse(reply.cause, reply.message) : reply
  }
  const refuse = (cause: RequestFault, message: string): Reply => {
    hooks.onRefused(cause)
    return { status: STATUS[cause], body: JSON.stringify({ message: `m2m: ${message}` }) }
  }
  const server = createServer(
    {
      handshakeTimeout: HANDSHAKE_MS,
      headersTimeout: HEAD_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: LOOK_MS,
    },
    async (request, response) => {
      // A fault here must not end the process: nobody waits for this promise.
      const reply = await replyTo(request).catch(() => refuse('cut', 'the request was not read to its end'))
      // The rest of a body that is too large is not waited for.
      send(response, reply, { isLast: isDraining || reply.status === STATUS['too-large'] })
    },
  )
  server.on('tlsClientError', () => hooks.onTlsError())
  boundConnections(server)
  refusePipelines(server)
  const port = await listen(server, address)
  return {
    port,
    use: ({ cert, key }) => server.setSecureContext({ cert, key }),
    async close(drainMs) {
      isDraining = true
      await new Promise((resolve) => setTimeout(resolve, drainMs))
      const cut = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS)
      await new Promise<void>((resolve) => server.close(() => resolve()))
      clearTimeout(cut)
    },
  }
}

/** By cause. The API server waits and asks again where 429 names a time (client-go's retry), within its own time-out. */
const STATUS: Readonly<Record<RequestFault, number>> = {
  path: 404,
  method: 405,
  'too-large': 413,
  'too-many': 429,
  cut: 400,
}

function send(response: ServerResponse, { status, body }: Reply, { isLast }: { readonly isLast: boolean }): void {
  if (response.destroyed) return
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(isLast && { connection: 'close' }),
    ...(status === STATUS['too-many'] && { 'retry-after': '1' }),
  })
  response.end(body)
}

/**
 * Reads a request's head as RFC 9112 asks and Node does not: one `Host`, HTTP/1 only, no header lost, and every form of
 * a request target (3.2). Whatever comes after it finds a path in `req.url`.
 */

import type { IncomingMessage } from 'node:http'
import { M2MError } from '../../src/core/errors.ts'
import type { Guard } from '../guard/index.ts'
import { MAX_HEADERS } from './limits.ts'

/**
 * Writes the path of an absolute target to `req.url`, and its host to `req.headers.host` (3.2.2).
 * @returns REQUEST_MALFORMED, HEADERS_TOO_LARGE or NOT_A_PROXY; undefined for a head that can be served
 */
export function readHead(req: IncomingMessage, guard: Guard): M2MError | undefined {
  const fault = faultOf(req)
  const { url = '' } = req
  if (fault !== undefined || url.startsWith('/') || isAsterisk(req)) return fault
  if (url === '*') return malformed('only OPTIONS may ask for *')
  return readAbsolute(req, url, guard)
}

/** `OPTIONS *` asks about the server, not about a path (RFC 9110, 9.3.7). */
export function isAsterisk({ method, url }: IncomingMessage): boolean {
  return url === '*' && method === 'OPTIONS'
}

function faultOf({ rawHeaders, httpVersion }: IncomingMessage): M2MError | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return malformed(`HTTP/${httpVersion} is not served here`)
  let hosts = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  if (hosts > 1) return malformed('it has more than one Host header')
  if (hosts === 0 && httpVersion === '1.1') return malformed('it has no Host header')
  if (rawHeaders.length > 2 * MAX_HEADERS) {
    return new M2MError(`the request has more than ${MAX_HEADERS} headers`, { code: 'HEADERS_TOO_LARGE' })
  }
  return undefined
}

const ABSOLUTE = /^(?:https?|wss?):\/\/([^/?#]*)(.*)$/is

/** A client sends its whole URL to what it takes for a proxy. */
function readAbsolute(req: IncomingMessage, url: string, guard: Guard): M2MError | undefined {
  const [, host, rest = ''] = ABSOLUTE.exec(url) ?? []
  if (host === undefined) return malformed('its target is neither a path nor an http URL')
  // Also for a refused call: its path tells how its caller writes errors, and no log line shows the host.
  req.url = rest.startsWith('/') ? rest : `/${rest}`
  if (host.includes('@')) return malformed('its target holds a user name or a password')
  if (!guard.isOwnHost(req, host) || !isOwnPort(host, req)) return notAProxy(req)
  req.headers.host = host
  return undefined
}

/** Another port of this machine is another server: a client with `HTTP_PROXY` that asks for a local model, say. */
function isOwnPort(host: string, { socket }: IncomingMessage): boolean {
  return Number(/:(\d+)$/.exec(host)?.[1] ?? 80) === socket.localPort
}

/** For whoever has set `HTTP_PROXY` or `HTTPS_PROXY` to this address. */
export function notAProxy({ socket }: Pick<IncomingMessage, 'socket'>): M2MError {
  const { localAddress = '127.0.0.1', localPort } = socket
  const address = localAddress.includes(':') ? `[${localAddress.replace('::ffff:', '')}]` : localAddress
  const url = `http://${address.replace(/^\[([\d.]+)\]$/, '$1')}:${localPort}`
  return new M2MError(
    `this is no forward proxy: unset HTTP_PROXY and HTTPS_PROXY for this client and set its base URL instead, such as ` +
      `OPENAI_BASE_URL=${url}/v1, ANTHROPIC_BASE_URL=${url} or OLLAMA_HOST=${url}`,
    { code: 'NOT_A_PROXY' },
  )
}

function malformed(why: string): M2MError {
  return new M2MError(`the request is not understood: ${why}`, { code: 'REQUEST_MALFORMED' })
}

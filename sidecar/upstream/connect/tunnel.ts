/**
 * A way through an egress proxy: CONNECT (RFC 9110, 9.3.6), for http upstreams as well. In absolute form a proxy would
 * be a party of each call, free to buffer its stream and to change its headers; a tunnel bends nothing.
 */

import { request } from 'node:http'
import type { Socket } from 'node:net'
import { M2MError } from '../../../src/core/errors.ts'
import { proxyAuthorization } from '../../../src/core/network/index.ts'
import type { EgressProxy } from './environment.ts'

export interface Tunnelling {
  readonly proxy: EgressProxy
  /** Connected to the proxy. */
  readonly socket: Socket
  /** Host and port of the upstream. */
  readonly authority: string
  readonly signal: AbortSignal
  /** Begins the messages: the proxy of which provider. */
  readonly subject: string
}

/** @throws M2MError EGRESS_PROXY_FAILED; the signal's reason; an error of the socket or of the HTTP parser */
export function openTunnel({ proxy, socket, authority, signal, subject }: Tunnelling): Promise<Socket> {
  const authorization = proxyAuthorization(proxy.url)
  return new Promise((resolve, reject) => {
    const asked = request({
      method: 'CONNECT',
      path: authority,
      headers: {
        host: authority,
        connection: 'keep-alive',
        'proxy-connection': 'keep-alive',
        ...(authorization !== undefined && { 'proxy-authorization': authorization }),
      },
      // Also keeps the request away from the global agent, which NODE_USE_ENV_PROXY sends through the proxy again.
      createConnection: () => socket,
    })
    const abort = (): void => {
      reject(signal.reason as Error)
      asked.destroy()
    }
    signal.addEventListener('abort', abort, { once: true })
    const settle = (): void => signal.removeEventListener('abort', abort)
    asked.once('connect', ({ statusCode = 0 }, tunnel: Socket, early: Buffer) => {
      settle()
      const fault = statusCode >= 200 && statusCode < 300 ? earlyFault(early) : refusal(statusCode, proxy, authority)
      if (fault === undefined) {
        resolve(tunnel)
        return
      }
      tunnel.destroy()
      reject(new M2MError(`${subject} ${fault}`, { code: 'EGRESS_PROXY_FAILED' }))
    })
    asked.once('error', (error: NodeJS.ErrnoException) => {
      settle()
      const isForeign = error.code?.startsWith('HPE_')
      const words = `${subject} does not answer in HTTP; is ${proxy.from} a proxy?`
      reject(isForeign ? new M2MError(words, { code: 'EGRESS_PROXY_FAILED', cause: error }) : error)
    })
    asked.end()
  })
}

function earlyFault(early: Buffer): string | undefined {
  return early.length === 0 ? undefined : 'sent bytes of its own into the tunnel'
}

/** In words that follow the proxy's name. */
function refusal(status: number, { url, from }: EgressProxy, authority: string): string {
  const answers = `answers ${status} to CONNECT ${authority}`
  if (status === 407) return `${answers}: ${credentialsRemedy(url, from)}`
  if (status === 403 || status === 401) return `${answers}: it does not permit this upstream; its rules have to`
  if (status === 400 || status === 404 || status === 405 || status === 501) {
    return `${answers}: it opens no tunnels; is ${from} a proxy?`
  }
  if (status >= 500) return `${answers}: it does not reach the upstream`
  return `${answers} instead of opening a tunnel`
}

function credentialsRemedy({ username }: URL, from: string): string {
  if (from === 'providers[].proxy') {
    return 'it wants a user and a password, which no policy holds: name it in HTTPS_PROXY, http://USER:PASSWORD@HOST:PORT, instead'
  }
  return username === ''
    ? `it wants a user and a password: write them in ${from}, http://USER:PASSWORD@HOST:PORT`
    : `it does not take the user and password of ${from}`
}

/**
 * Who may ask, on both ports (docs/operations.md, Who may ask). A browser sends requests for any page, and cannot lie in
 * `Host`, `Origin` and `Sec-Fetch-Site`: these and the caller's address decide, whatever the path.
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { M2MError } from '../../src/core/errors.ts'
import { type HostName, isAddress, isLoopbackAddress, isLoopbackName, parseHost, parseOrigin } from './host.ts'

export interface GuardSettings {
  /** `NAME` or `NAME:PORT`: hosts beyond loopback by which the sidecar is called, and origins of pages that may call it. */
  readonly allowedHosts: readonly string[]
  /** Asked of callers beyond loopback; undefined: none. */
  readonly token: string | undefined
}

/** What is asked for: figures are for this machine only; probes and metrics also for a cluster, by any name. */
export type Asked = 'calls' | 'figures' | 'probes'

/** The facts of a request that decide. */
export type Caller = Pick<IncomingMessage, 'headers'> & {
  readonly socket: { readonly remoteAddress?: string | undefined }
}

export interface Guard {
  /** @returns CALLER_REFUSED, whose message names the remedy; undefined for a caller that may ask */
  refusalOf(caller: Caller, asked: Asked): M2MError | undefined
  /** Is the sidecar called by this name? */
  isOwnHost(caller: Caller, host: string): boolean
}

export function createGuard({ allowedHosts, token }: GuardSettings): Guard {
  const allowed = allowedHosts.map(parseHost).filter((host) => host !== undefined)
  const isAllowed = (host: HostName): boolean =>
    allowed.some(({ name, port }) => name === host.name && (port === '' || port === host.port))
  const isOwn = (host: HostName, isLocal: boolean): boolean =>
    isLoopbackName(host.name) || isAllowed(host) || (!isLocal && isAddress(host))
  const isTokenOf = token === undefined ? undefined : sameAs(token)
  // Nearly all calls come to one name: it is read once.
  const known: { local?: string; remote?: string } = {}

  function isHostRefused({ headers }: Caller, asked: Asked, isLocal: boolean): boolean {
    const { host } = headers
    // HTTP/1.0, which no browser speaks. Probes and scrapes from beyond may use any name of a service.
    if (host === undefined || (asked === 'probes' && !isLocal)) return false
    const side = isLocal ? 'local' : 'remote'
    if (host === known[side]) return false
    const name = parseHost(host)
    if (name === undefined || !isOwn(name, isLocal)) return true
    known[side] = host
    return false
  }

  function isPageRefused({ headers }: Caller): boolean {
    const { origin, 'sec-fetch-site': site = 'none' } = headers
    const from = origin === undefined ? undefined : parseOrigin(origin)
    if (from !== undefined && isAllowed(from)) return false
    // `same-site` is another port of this machine: any program may serve pages there.
    if (site !== 'none' && site !== 'same-origin') return true
    return origin !== undefined && !isSame(from, parseHost(headers.host ?? ''))
  }

  return {
    refusalOf(caller, asked) {
      const isLocal = isLoopbackAddress(caller.socket.remoteAddress)
      if (isHostRefused(caller, asked, isLocal)) return foreignHost(isLocal)
      if (isPageRefused(caller)) return foreignPage()
      if (isLocal || asked === 'probes') return undefined
      if (asked === 'figures') return foreignMachine()
      return isTokenOf === undefined || isTokenOf(caller.headers['x-m2m-token']) ? undefined : tokenMissing()
    },
    isOwnHost(caller, host) {
      const name = parseHost(host)
      return name !== undefined && isOwn(name, isLoopbackAddress(caller.socket.remoteAddress))
    },
  }
}

function isSame(a: HostName | undefined, b: HostName | undefined): boolean {
  return a !== undefined && b !== undefined && a.name === b.name && a.port === b.port
}

/** Digests have one length, so that nothing of the token shows in the time that the comparison takes. */
function sameAs(token: string): (given: string | string[] | undefined) => boolean {
  const expected = sha256(token)
  return (given) => typeof given === 'string' && timingSafeEqual(sha256(given), expected)
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function foreignHost(isLocal: boolean): M2MError {
  const names = isLocal ? 'localhost and loopback addresses' : 'localhost and addresses'
  return refused(
    `it was called by a name that is not its own: beside ${names} it answers to the names of proxy.allowedHosts ` +
      '(--allowed-host, M2M_PROXY_ALLOWED_HOSTS)',
  )
}

function foreignPage(): M2MError {
  return refused(
    'a web page of another origin may not call it: add the host of its origin to proxy.allowedHosts (--allowed-host, ' +
      'M2M_PROXY_ALLOWED_HOSTS), or open this address yourself',
  )
}

function foreignMachine(): M2MError {
  return refused('this is served to the machine itself only: open it as http://127.0.0.1 or localhost')
}

function tokenMissing(): M2MError {
  return refused('callers of other machines must send its token (proxy.token, M2M_PROXY_TOKEN) in x-m2m-token')
}

function refused(why: string): M2MError {
  return new M2MError(`this sidecar does not answer this caller: ${why}`, { code: 'CALLER_REFUSED' })
}

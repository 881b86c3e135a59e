/**
 * Opens one connection to a provider, as undici's pools ask for it: look up, check, dial, tunnel, handshake. The
 * provider's connect budget covers all of it. Nothing here runs for a call that finds a kept connection.
 */

import type { Socket } from 'node:net'
import type { buildConnector } from 'undici'
import { M2MError } from '../../../src/core/errors.ts'
import { type AddressRule, portOf } from '../../../src/core/network/index.ts'
import type { Provider } from '../../../src/core/policy/index.ts'
import { codeOf, reasonFor } from '../upstream-error.ts'
import { dial } from './dial.ts'
import { egressProxyOf, placeOf } from './egress-proxy.ts'
import type { EgressProxy, NetworkEnvironment } from './environment.ts'
import type { NetworkLog } from './network-log.ts'
import { type Lookup, resolve } from './resolve.ts'
import { type TlsParty, tlsReason } from './tls-faults.ts'
import { Trust } from './trust.ts'
import { openTunnel } from './tunnel.ts'

export interface ConnectorDeps {
  readonly environment: NetworkEnvironment
  readonly lookup: Lookup
  readonly log: NetworkLog
  /** Of parties that have no TLS settings of their own: its authorities take a moment to read. */
  readonly trust: Trust
  /** Connections that are being made; aborting them ends the attempt. */
  readonly opening: Set<AbortController>
}

type Target = buildConnector.Options

/** In a network whose only way out is a proxy, the proxy alone resolves names. */
const NAMELESS: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN'])
const PROXY_HINT = '; where a proxy is the way out, name it in HTTPS_PROXY (HTTP_PROXY for http) or providers[].proxy'

/** One party on the way: the provider, or its egress proxy. */
interface Party {
  readonly is: TlsParty
  /** Begins the messages. */
  readonly subject: string
  readonly rule: AddressRule
  readonly trust: Trust
}

interface Proxy extends Party {
  readonly proxy: EgressProxy
}

export function createConnector(provider: Provider, deps: ConnectorDeps): buildConnector.connector {
  const connector = new Connector(provider, deps)
  return (target, callback) => {
    connector.open(target).then(
      (socket) => callback(null, socket),
      (error: Error) => callback(error, null),
    )
  }
}

class Connector {
  readonly #deps: ConnectorDeps
  readonly #connectMs: number
  readonly #provider: Party
  readonly #proxy: Proxy | undefined
  #hasWarned = false

  constructor(provider: Provider, deps: ConnectorDeps) {
    const { environment, log } = deps
    const subject = `provider ${provider.name}`
    this.#deps = deps
    this.#connectMs = provider.timeouts.connectMs
    this.#provider = {
      is: 'provider',
      subject,
      rule: provider.addresses,
      trust: hasOwnTls(provider) ? new Trust({ tls: provider.tls, environment, subject, log }) : deps.trust,
    }
    const proxy = egressProxyOf(provider, environment)
    this.#proxy = proxy && proxyParty(proxy, provider, deps)
    if (proxy !== undefined) {
      const fields = { provider: provider.name, proxy: placeOf(proxy), from: proxy.from }
      const checked = provider.proxy === undefined ? 'no address is checked' : 'its own address is checked, no other'
      log.info(fields, `calls go through an egress proxy, which resolves the names: ${checked}`)
    }
    if (!provider.tls.verify) {
      log.warn({ provider: provider.name }, 'tls.verify is false: whoever is on the way can read keys and prompts')
    }
  }

  /** @throws M2MError */
  async open(target: Target): Promise<Socket> {
    const attempt = new AbortController()
    this.#deps.opening.add(attempt)
    const timer = this.#connectMs === 0 ? undefined : setTimeout(expire, this.#connectMs, attempt)
    try {
      const socket =
        this.#proxy === undefined
          ? await this.#reach(this.#provider, target, attempt.signal)
          : await this.#reachThrough(this.#proxy, target, attempt.signal)
      return target.protocol === 'https:'
        ? await this.#secure(this.#provider, target, { socket, signal: attempt.signal })
        : socket
    } finally {
      clearTimeout(timer)
      this.#deps.opening.delete(attempt)
    }
  }

  async #reach(party: Party, { hostname, port, protocol }: Target, signal: AbortSignal): Promise<Socket> {
    const { subject, rule } = party
    try {
      const resolving = resolve({ hostname, rule, lookup: this.#deps.lookup, subject })
      const { addresses, refused } = await abortable(resolving, signal)
      if (refused.length > 0) this.#warnOf(refused, subject)
      return await dial(addresses, portOf({ protocol, port }), signal)
    } catch (error) {
      throw faultOf(party, error as Error)
    }
  }

  async #reachThrough(party: Proxy, target: Target, signal: AbortSignal): Promise<Socket> {
    const { proxy, subject } = party
    const { hostname, port, protocol, host } = proxy.url
    const place: Target = { hostname, port, protocol, host }
    const raw = await this.#reach(party, place, signal)
    const socket = protocol === 'https:' ? await this.#secure(party, place, { socket: raw, signal }) : raw
    const name = target.hostname.includes(':') ? `[${target.hostname}]` : target.hostname
    const authority = `${name}:${portOf(target)}`
    try {
      return await openTunnel({ proxy, socket, authority, signal, subject })
    } catch (error) {
      socket.destroy()
      throw faultOf(party, error as Error)
    }
  }

  async #secure(
    party: Party,
    target: Target,
    { socket, signal }: { readonly socket: Socket; readonly signal: AbortSignal },
  ): Promise<Socket> {
    try {
      const handshake = await abortable(party.trust.handshake(), signal)
      const shaking = new Promise<Socket>((resolve, reject) => {
        handshake({ ...target, httpSocket: socket }, (...[error, secured]) => {
          if (error === null) resolve(secured)
          else reject(error)
        })
      })
      const secured = await abortable(shaking, signal)
      secured.once('error', destroyWith)
      return secured
    } catch (error) {
      socket.destroy()
      throw faultOf(party, error as Error)
    }
  }

  /** Once per provider: a name with such addresses gives them with each answer. */
  #warnOf(kinds: readonly string[], subject: string): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    this.#deps.log.warn(
      { host_of: subject, kinds: [...new Set(kinds)] },
      'addresses that providers[].addresses refuses were left out',
    )
  }
}

/** `providers[].tls` is about the provider; the environment's proxy is the user's, wherever it is. */
function proxyParty(proxy: EgressProxy, provider: Provider, { trust }: ConnectorDeps): Proxy {
  const subject = `provider ${provider.name}: the egress proxy ${placeOf(proxy)} (${proxy.from})`
  const rule = provider.proxy === undefined ? 'Given' : provider.addresses
  return { is: 'proxy', proxy, subject, rule, trust }
}

function hasOwnTls({ tls: { verify, caFile, certFile, keyFile } }: Provider): boolean {
  return !verify || [caFile, certFile, keyFile].some((path) => path !== undefined)
}

function expire(attempt: AbortController): void {
  attempt.abort(Object.assign(new Error('the connect budget is spent'), { code: 'UND_ERR_CONNECT_TIMEOUT' }))
}

/** In TLS 1.3 a refusal comes after the handshake, as an alert: undici would report the close that follows it instead. */
function destroyWith(this: Socket, error: Error): void {
  this.destroy(error)
}

/** The promise, or the signal's reason when that comes first. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Whoever failed is named: a proxy's fault is never told as the provider's. */
function faultOf({ is, subject }: Party, error: Error): M2MError {
  if (error instanceof M2MError) return error
  const reason = tlsReason(codeOf(error), is)
  if (reason !== undefined) {
    return new M2MError(`${subject}: ${reason}`, {
      code: is === 'proxy' ? 'EGRESS_PROXY_FAILED' : 'UPSTREAM_TLS_FAILED',
      cause: error,
    })
  }
  const [code, words] = reasonFor(error)
  const isNameless = is === 'provider' && NAMELESS.has(codeOf(error))
  const isLate = code === 'UPSTREAM_CONNECT_TIMEOUT'
  return new M2MError(`${subject}: ${words}${isNameless ? PROXY_HINT : ''}`, {
    code: is === 'proxy' && !isLate ? 'EGRESS_PROXY_FAILED' : code,
    cause: error,
  })
}

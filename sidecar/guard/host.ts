/** Names of hosts, as `Host` and `Origin` carry them, in one spelling. Nothing here resolves a name. */

import { isIP } from 'node:net'

export interface HostName {
  /** Lower case, without brackets and without a final dot; an address in its shortest form. */
  readonly name: string
  /** Empty for HTTP's own. */
  readonly port: string
}

const SPELLING = /^[A-Za-z0-9._:[\]-]{1,300}$/
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/([^/]+)$/i

/** @returns undefined for text that is no host, with or without a port */
export function parseHost(text: string): HostName | undefined {
  const url = SPELLING.test(text) ? URL.parse(`http://${text}`) : null
  if (url === null) return undefined
  return { name: url.hostname.replace(/^\[|\]$|\.$/g, ''), port: url.port }
}

/** @returns undefined for `null` and whatever else names no host */
export function parseOrigin(origin: string): HostName | undefined {
  const host = ORIGIN.exec(origin)?.[1]
  return host === undefined ? undefined : parseHost(host)
}

/** `localhost` and the loopback addresses, those of IPv4 written as IPv6 included. */
export function isLoopbackName(name: string): boolean {
  // WHATWG URL writes ::ffff:127.0.0.1 as ::ffff:7f00:1.
  return name === 'localhost' || isLoopbackAddress(name) || /^::ffff:7f[0-9a-f]{2}:/.test(name)
}

/** @param address a peer's, as a socket gives it (`::ffff:127.0.0.1` too) */
export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false
  return address === '127.0.0.1' || address === '::1' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(address)
}

/** An address cannot be pointed elsewhere, as a DNS name can. */
export function isAddress({ name }: HostName): boolean {
  return isIP(name) !== 0
}

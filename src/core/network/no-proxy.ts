/** `NO_PROXY`: the hosts that are reached without the environment's proxy, read as curl reads it. */

import { bareHost, isAddressRange, isInRange, isWrittenAddress } from './addresses.ts'

export interface ProxyTarget {
  /** As `URL.hostname` gives it. */
  readonly hostname: string
  readonly port: number
}

/**
 * An entry is `*`, a domain (itself and all names below it, with or without a leading dot or `*.`), an address, or a
 * CIDR; a domain and an address may name a port. Entries are separated by commas or white space. Names are not
 * resolved: an address matches only a host that is written as one.
 */
export function isProxyExempt({ hostname, port }: ProxyTarget, noProxy: string): boolean {
  const host = bareHost(hostname)
  const isAddress = isWrittenAddress(host)
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && (entry === '*' || matches(entry, { hostname: host, port }, isAddress)))
}

function matches(entry: string, { hostname, port }: ProxyTarget, isAddress: boolean): boolean {
  if (isAddressRange(entry)) return isAddress && isInRange(hostname, entry)
  const [, name = '', entryPort] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? []
  if (name === '' || (entryPort !== undefined && Number(entryPort) !== port)) return false
  const domain = bareHost(name)
  if (isAddressRange(domain)) return isAddress && isInRange(hostname, domain)
  const suffix = domain.replace(/^(?:\*?\.)+/, '')
  return suffix !== '' && !isAddress && (hostname === suffix || hostname.endsWith(`.${suffix}`))
}

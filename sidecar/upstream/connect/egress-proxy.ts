/** The egress proxy of a provider: its own, the environment's, or none. */

import { isLoopbackHost, isProxyExempt, portOf } from '../../../src/core/network/index.ts'
import type { Provider } from '../../../src/core/policy/index.ts'
import type { EgressProxy, NetworkEnvironment } from './environment.ts'

/** A policy's word goes before `NO_PROXY`, which belongs to the environment. */
export function egressProxyOf(
  { baseUrl, proxy }: Pick<Provider, 'baseUrl' | 'proxy'>,
  environment: NetworkEnvironment,
): EgressProxy | undefined {
  if (proxy === 'none') return undefined
  if (proxy !== undefined) return { url: proxy, from: 'providers[].proxy' }
  const { hostname, protocol } = baseUrl
  if (isLoopbackHost(hostname)) return undefined
  if (isProxyExempt({ hostname, port: portOf(baseUrl) }, environment.noProxy)) return undefined
  return protocol === 'https:' ? environment.httpsProxy : environment.httpProxy
}

/** Host and port, without user and password. */
export function placeOf({ url }: EgressProxy): string {
  return `${url.hostname}:${portOf(url)}`
}

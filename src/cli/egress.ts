/** The way out of the commands that fetch something: the egress proxy of the environment, as `curl` would take it. */

import { setGlobalProxyFromEnv } from 'node:http'
import { usageError } from './usage.ts'

/** Requests to this machine take no proxy, whatever `NO_PROXY` says. */
const LOOPBACK = ['localhost', '127.0.0.1', '::1', '[::1]']

/**
 * Runs `work` with `fetch` going through `HTTPS_PROXY` or `HTTP_PROXY`.
 * @throws M2MError USAGE when one of them is no URL
 */
export async function withProxies<T>(work: () => Promise<T>): Promise<T> {
  const restore = useProxies()
  try {
    return await work()
  } finally {
    restore()
  }
}

function useProxies(): () => void {
  const { no_proxy: lower, NO_PROXY: upper, ...rest } = process.env
  const exempt = [lower || upper, ...LOOPBACK].filter(Boolean).join(',')
  try {
    return setGlobalProxyFromEnv({ ...rest, no_proxy: exempt })
  } catch {
    // The value may hold a password: it is not repeated.
    throw usageError('HTTPS_PROXY and HTTP_PROXY must be URLs of http or https proxies')
  }
}

/** Who may see more than probes and metrics: this machine, and no web page that only borrowed its name. */

/** @param address a peer's, as a socket gives it (`::ffff:127.0.0.1` too) */
export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false
  return address === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address)
}

/** @param host a `Host` header: a page that was rebound to 127.0.0.1 by its own DNS still says its own name here */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(host)
}

/** Limits all but probes and metrics to this machine, and refuses web pages whose DNS name was pointed at it. */

/** @param address a peer's, as a socket gives it (`::ffff:127.0.0.1` too) */
export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false
  return address === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address)
}

/** @param host a `Host` header: a page whose DNS was rebound to 127.0.0.1 still sends its own name here */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(host)
}

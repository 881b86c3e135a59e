/** The URL of an egress proxy, as policies and the environment write it. */

/**
 * A host without a scheme is an http proxy, as in curl.
 * @returns undefined when it is no URL of an http or https proxy
 */
export function parseProxyUrl(text: string): URL | undefined {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`)
  const isProxy = url !== null && /^https?:$/.test(url.protocol) && url.hostname !== ''
  return isProxy && areDecodable(url) ? url : undefined
}

/** @returns the value of `Proxy-Authorization` (RFC 7617); undefined when the URL names no user */
export function proxyAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `Basic ${Buffer.from(pair).toString('base64')}`
}

/** The port of an http or https URL, its scheme's own included. */
export function portOf({ protocol, port }: Pick<URL, 'protocol' | 'port'>): number {
  if (port !== '') return Number(port)
  return protocol === 'https:' ? 443 : 80
}

function areDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username)
    decodeURIComponent(password)
    return true
  } catch {
    return false
  }
}

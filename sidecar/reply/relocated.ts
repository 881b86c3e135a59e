/** Where a reply's `location` leads, for a caller that shall come back through this sidecar (docs/spec/wire.md, Location). */

import { type CompiledPolicy, type Provider, type RequestHeaders, route } from '../../src/core/policy/index.ts'

/** The call whose reply names a place. */
export interface RelocatedCall {
  readonly policy: Pick<CompiledPolicy, 'providers'>
  /** The provider, and the path that it was asked for. */
  readonly target: { readonly provider: Provider; readonly path: string }
  readonly req: { readonly method?: string | undefined; readonly headers: RequestHeaders }
  /** Of the reply: it decides the method with which a client follows (RFC 9110, 15.4). */
  readonly status: number
}

/** A URI reference in its parts (RFC 3986, appendix B): scheme, authority, path, query, fragment. */
const REFERENCE = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/s

/** RFC 3986, 5.2.4. */
const DOT_SEGMENT = /(?:^|\/)\.{1,2}(?:\/|$)/

/**
 * @param location as the provider wrote it
 * @returns a path of ours that leads to the same place at the same provider. A place on another origin stays as it is;
 *   one that no path of ours leads to is named with its origin, or a relative reference would lead to another provider.
 */
export function relocated(location: string, call: RelocatedCall): string {
  const [, scheme, authority, path = '', query = '', fragment = ''] = REFERENCE.exec(location) ?? []
  const { protocol, origin } = call.target.provider.baseUrl
  if (scheme !== undefined && authority === undefined) return location
  if (authority !== undefined && originOf(`${scheme ?? protocol.slice(0, -1)}://${authority}`) !== origin)
    return location
  const isPlain = path.startsWith('/') && !DOT_SEGMENT.test(path)
  const place = isPlain ? path + query : resolved(location, origin + call.target.path)
  if (place === undefined) return location
  const own = ownPath(place, call)
  if (own !== undefined) return own + fragment
  return authority === undefined ? origin + place + fragment : location
}

/** A redirect, or something that was made (RFC 9110, 10.2.2). */
export function namesPlace(status: number): boolean {
  return status === 201 || (status >= 300 && status < 400)
}

/** Userinfo belongs to nobody's redirect: such an authority is not the provider's. */
function originOf(authority: string): string | undefined {
  return authority.includes('@') ? undefined : URL.parse(authority)?.origin
}

/** Path and query of a reference that needs resolving. */
function resolved(location: string, base: string): string | undefined {
  const url = URL.parse(location, base)
  return url === null ? undefined : url.pathname + url.search
}

/** The path under the provider's name that routes to `place`; undefined when none does. */
function ownPath(place: string, { policy, target, req, status }: RelocatedCall): string | undefined {
  const { provider } = target
  const method = status === 307 || status === 308 ? (req.method ?? 'GET') : 'GET'
  return belowBase(provider, place)
    .map((path) => `/${provider.name}${path}`)
    .find((path) => {
      const { found } = route(policy, { method, target: path, headers: req.headers })
      return 'provider' in found && found.provider === provider && found.path === place
    })
}

/** The place, and what is left of it without one, two, ... segments of the base URL's path, which may be added again. */
function belowBase({ baseUrl }: Provider, place: string): readonly string[] {
  const candidates = [place]
  let base = ''
  for (const segment of baseUrl.pathname.split('/').filter((part) => part !== '')) {
    base += `/${segment}`
    if (place.startsWith(`${base}/`)) candidates.push(place.slice(base.length))
  }
  return candidates
}

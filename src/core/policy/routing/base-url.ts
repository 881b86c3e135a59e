/**
 * Joins a provider's base URL and a path in its dialect's own terms, without doubling (docs/spec/routing.md, Base URL
 * and path). Plain text throughout: WHATWG URL would re-encode the client's escapes.
 */

import { PROVIDER_APIS } from '../../dialect/index.ts'
import type { Provider } from '../compiled.ts'

/**
 * The path to ask a provider for, query included.
 *
 * @param path as `route` returns it
 * @param query with its `?`, or empty; passed on byte for byte
 */
export function upstreamPath(provider: Provider, path: string, query: string): string {
  const { prefix, root } = splitBase(provider)
  const ownRoot = PROVIDER_APIS[provider.dialect].root
  return `${prefix}${isUnder(path, ownRoot) ? root + path.slice(ownRoot.length) : path}${query}`
}

/** Does a path, from `start` on, begin with these whole segments? */
export function isUnder(path: string, root: string, start = 0): boolean {
  const end = start + root.length
  return path.startsWith(root, start) && (path.length === end || path[end] === '/')
}

/** A base's path in two: the part before the root, and the root that its API uses. */
export function splitBase({ baseUrl, dialect }: Provider): { prefix: string; root: string } {
  const api = PROVIDER_APIS[dialect]
  const path = repairSlashes(baseUrl.pathname).replace(/^\/$/, '').replace(api.baseCall, '')
  const found = api.baseRoot.exec(path)
  if (found === null) return { prefix: path, root: api.root }
  return { prefix: path.slice(0, found.index), root: api.isRootFixed ? api.root : found[0] }
}

/** One slash for several, and none at the end. */
export function repairSlashes(path: string): string {
  return path.replaceAll(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '')
}

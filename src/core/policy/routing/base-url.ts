/**
 * Joins a provider's base URL and a path in its dialect's own terms, without doubling (spec: policy.md, base URL and path).
 * Plain text throughout: WHATWG URL would re-encode what the client wrote.
 */

import type { ProviderDialect } from '../../dialect/index.ts'
import type { Provider } from '../compiled.ts'

/**
 * The path to ask a provider for, query included.
 *
 * @param path as `route` returns it
 * @param query with its `?`, or empty; passed on byte for byte
 */
export function upstreamPath(provider: Provider, path: string, query: string): string {
  const { prefix, root } = splitBase(provider)
  const ownRoot = DIALECT_ROOT[provider.dialect]
  return `${prefix}${isUnder(path, ownRoot) ? root + path.slice(ownRoot.length) : path}${query}`
}

/** Does a path, from `start` on, begin with these whole segments? */
export function isUnder(path: string, root: string, start = 0): boolean {
  const end = start + root.length
  return path.startsWith(root, start) && (path.length === end || path[end] === '/')
}

/** The first path segment of a dialect's calls, as `route` writes them. */
export const DIALECT_ROOT: Readonly<Record<ProviderDialect, string>> = {
  openai: '/v1',
  anthropic: '/v1',
  ollama: '/api',
}

/** Full call paths that people paste as a base. */
const CALL_PATHS: Readonly<Record<ProviderDialect, RegExp>> = {
  openai: /\/(?:chat\/completions|completions|responses|embeddings|models)$/,
  anthropic: /\/messages(?:\/count_tokens)?$/,
  ollama: /(?<=\/api)\/(?:chat|generate|tags)$/,
}

/**
 * The end of a base path that stands where the dialect's own root would. OpenAI-compatible APIs version it freely:
 * `/v1`, `/openai/v1`, `/api/paas/v4`, `/v1beta/openai`.
 */
const BASE_ROOT: Readonly<Record<ProviderDialect, RegExp>> = {
  openai: /\/v\d+[a-z0-9]*(?:\/openai)?$/,
  anthropic: /\/v1$/,
  ollama: /\/(?:api|v1)$/,
}

/** A base's path in two: what comes before the root, and the root its API uses. */
export function splitBase(provider: Provider): { prefix: string; root: string } {
  const { dialect } = provider
  const path = provider.baseUrl.pathname
    .replaceAll(/\/{2,}/g, '/')
    .replace(/\/$/, '')
    .replace(CALL_PATHS[dialect], '')
  const found = BASE_ROOT[dialect].exec(path)
  if (found === null) return { prefix: path, root: DIALECT_ROOT[dialect] }
  const root = dialect === 'openai' ? found[0] : DIALECT_ROOT[dialect]
  return { prefix: path.slice(0, found.index), root }
}

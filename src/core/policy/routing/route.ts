/** Finds the provider of a call, and the path at it (docs/spec/routing.md, Which provider serves a call). */

import { DEFAULT_DIALECT, PROVIDER_APIS, PROVIDER_DIALECTS, type ProviderDialect } from '../../dialect/index.ts'
import { M2MError } from '../../errors.ts'
import type { CompiledPolicy, Provider } from '../compiled.ts'
import { isUnder, repairSlashes, splitBase } from './base-url.ts'
import { isUnsafePath } from './unsafe-path.ts'

export interface Route {
  readonly provider: Provider
  /** Repaired, without a provider's prefix, in the dialect's own terms: `/v1/chat/completions`, `/api/chat`. */
  readonly path: string
  /** With its `?`, byte for byte as the client wrote it; empty when there is none. */
  readonly query: string
}

export interface Routing {
  /** How the caller writes errors: the provider's dialect, else the one that the path suggests, else the default. */
  readonly dialect: ProviderDialect
  /** M2MError PATH_REFUSED for paths that could leave a provider's root, NO_SUCH_PROVIDER. */
  readonly found: Route | M2MError
}

export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>

/**
 * The first path segment when it names a provider, else the first provider of the dialect that the path suggests.
 *
 * @param target the request target as it came: path and query
 */
export function route(policy: Pick<CompiledPolicy, 'providers'>, target: string, headers: RequestHeaders): Routing {
  const mark = target.indexOf('?')
  const written = mark === -1 ? target : target.slice(0, mark)
  const query = mark === -1 ? '' : target.slice(mark)
  const path = repairSlashes(written)
  const named = namedProvider(policy, path)
  const suggestion = named === undefined ? suggest(path, headers) : undefined
  const dialect = named?.dialect ?? suggestion?.dialect ?? DEFAULT_DIALECT
  if (!written.startsWith('/') || isUnsafePath(written)) return { dialect, found: unsafePath() }
  if (named !== undefined) {
    return { dialect, found: { provider: named, path: ownPath(named, path.slice(named.name.length + 1)), query } }
  }
  if (suggestion === undefined) return { dialect, found: noProvider() }
  const provider = policy.providers.find((candidate) => candidate.dialect === dialect)
  return { dialect, found: provider === undefined ? noProviderOf(dialect) : { provider, path: suggestion.path, query } }
}

function unsafePath(): M2MError {
  return new M2MError('the path holds a dot segment, a backslash or a control character, plain or encoded', {
    code: 'PATH_REFUSED',
  })
}

function noProvider(): M2MError {
  const known = ROOTS.map((root) => `${root}/...`).join(', ')
  return new M2MError(`no provider serves this path: it is neither ${known} nor /{provider}/...`, {
    code: 'NO_SUCH_PROVIDER',
  })
}

function noProviderOf(dialect: ProviderDialect): M2MError {
  return new M2MError(`no provider of dialect ${dialect} is configured`, { code: 'NO_SUCH_PROVIDER' })
}

function namedProvider({ providers }: Pick<CompiledPolicy, 'providers'>, path: string): Provider | undefined {
  const name = path.split('/', 2)[1]
  return providers.find((provider) => provider.name === name)
}

/** The path after a provider's name, in the dialect's own terms. */
function ownPath(provider: Provider, rest: string): string {
  const { root, otherRoots, resources, isRootFixed } = PROVIDER_APIS[provider.dialect]
  if (!isRootFixed) return root + withoutRoots(rest, [baseRoot(provider), ...otherRoots, root])
  const path = withoutDoubledRoot(rest === '' ? '/' : rest)
  return resources.has(firstSegment(path)) ? root + path : path
}

function baseRoot(provider: Provider): string {
  const { prefix, root } = splitBase(provider)
  return `${prefix}${root}`
}

function withoutRoots(path: string, roots: readonly string[]): string {
  let start = 0
  for (;;) {
    const root = roots.find((candidate) => isUnder(path, candidate, start))
    if (root === undefined) return path.slice(start)
    start += root.length
  }
}

const APIS = PROVIDER_DIALECTS.map((dialect) => ({ dialect, ...PROVIDER_APIS[dialect] }))

const ROOTS = [...new Set(APIS.map(({ root }) => root))]

/** `/v1/v1/x` becomes `/v1/x`: some clients add the root to a base that has one. */
function withoutDoubledRoot(path: string): string {
  const root = ROOTS.find((candidate) => isUnder(path, candidate))
  return root === undefined ? path : root + withoutRoots(path, [root])
}

/**
 * The dialect of a path that names no provider, and the path with its root; a header of one API decides before any
 * path.
 */
function suggest(path: string, headers: RequestHeaders): { dialect: ProviderDialect; path: string } | undefined {
  const repaired = withoutDoubledRoot(withUsualRoot(path))
  const first = firstSegment(repaired)
  const lacking = APIS.find(({ resources }) => resources.has(first))
  const rooted = lacking === undefined ? repaired : lacking.root + repaired
  const owner = APIS.find(({ ownHeaders }) => ownHeaders.some((name) => headers[name] !== undefined))
  const dialect = owner?.dialect ?? servedBy(rooted)
  return dialect && { dialect, path: rooted }
}

/** A root that clients of other hosts send (`/openai/v1`), replaced by the API's own. */
function withUsualRoot(path: string): string {
  for (const { root, otherRoots } of APIS) {
    const other = otherRoots.find((candidate) => isUnder(path, candidate))
    if (other !== undefined) return root + path.slice(other.length)
  }
  return path
}

/** Longer paths first: Anthropic's `/v1/messages` before OpenAI's `/v1`. */
const SERVED = APIS.flatMap(({ dialect, paths }) => paths.map((own) => ({ dialect, own }))).sort(
  (a, b) => b.own.length - a.own.length,
)

function servedBy(path: string): ProviderDialect | undefined {
  return SERVED.find(({ own }) => isUnder(path, own))?.dialect
}

function firstSegment(path: string): string {
  return path.split('/', 2)[1] ?? ''
}

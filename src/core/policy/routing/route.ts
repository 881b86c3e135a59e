/** Finds the provider of a call, and the path at it (docs/spec/routing.md). */

import { DEFAULT_DIALECT, type LlmCall, type ProviderDialect } from '../../dialect/index.ts'
import { M2MError } from '../../errors.ts'
import type { CompiledPolicy, Provider } from '../compiled.ts'
import { pathOfCall, pathOfOther } from './base-url.ts'
import { type Asked, callAt, namedProvider, type RequestPath, requestPath } from './request-path.ts'
import { suggestedDialect } from './suggest.ts'
import { isUnsafePath } from './unsafe-path.ts'

export interface Route {
  readonly provider: Provider
  /** Path at the provider, with its query. */
  readonly path: string
  /** Undefined for a request that is relayed unread. */
  readonly call: LlmCall | undefined
}

export interface Routing {
  /** How the caller writes errors: the call's dialect, else the provider's, else the one that the path suggests. */
  readonly dialect: ProviderDialect
  /** M2MError PATH_REFUSED for paths that could leave a provider's root, NO_SUCH_PROVIDER. */
  readonly found: Route | M2MError
}

type Providers = Pick<CompiledPolicy, 'providers'>

/**
 * The provider that the first path segment names, else the only one, else the first of the dialect that the path
 * suggests.
 */
export function route(policy: Providers, asked: Asked): Routing {
  const path = requestPath(asked)
  const named = namedProvider(policy, path)
  const rest = named?.rest ?? path.path
  const suggested = suggestedDialect(asked.method, path, asked.headers)
  const dialect = ownDialect(named?.provider) ?? suggested ?? DEFAULT_DIALECT
  if (!path.path.startsWith('/') || isUnsafePath(path.path)) return { dialect, found: unsafePath() }
  const provider = named?.provider ?? unnamedProvider(policy, suggested)
  if (provider instanceof M2MError) return { dialect, found: provider }
  const found = routeTo(provider, { asked, path, rest })
  return { dialect: found.call?.dialect.provider ?? dialect, found }
}

/** A provider that relays only has no way to write errors. */
function ownDialect(provider: Provider | undefined): ProviderDialect | undefined {
  return provider?.dialect === 'none' ? undefined : provider?.dialect
}

function unnamedProvider({ providers }: Providers, suggested: ProviderDialect | undefined): Provider | M2MError {
  const [only, second] = providers
  if (only !== undefined && second === undefined) return only
  const serving = providers.find(({ dialect }) => dialect === suggested)
  return serving ?? noProvider(providers, suggested)
}

function routeTo(
  provider: Provider,
  { asked: { method }, path, rest }: { asked: Asked; path: RequestPath; rest: string },
): Route {
  const found = provider.dialect === 'none' ? undefined : callAt(method, rest)
  const own = found ? pathOfCall(provider, found) : pathOfOther(provider, { method, path: rest, form: path.form })
  return { provider, path: own + path.query, call: found?.call }
}

function unsafePath(): M2MError {
  return new M2MError('the path holds a dot segment, a backslash or a control character, plain or encoded', {
    code: 'PATH_REFUSED',
  })
}

function noProvider(providers: readonly Provider[], suggested: ProviderDialect | undefined): M2MError {
  const fault =
    suggested === undefined ? 'no provider serves this path' : `no provider of dialect ${suggested} is configured`
  const names = providers.map(({ name }) => `/${name}/...`).join(', ')
  const flag = `--upstream NAME:${suggested ?? 'DIALECT'}=URL`
  return new M2MError(`${fault}; put the name of one before the path (${names}), or add one with ${flag}`, {
    code: 'NO_SUCH_PROVIDER',
  })
}

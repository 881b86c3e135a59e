/** Finds the provider of a call, and the path at it (docs/spec/routing.md). */

import { type CallPath, DEFAULT_DIALECT, type LlmCall, type ProviderDialect } from '../../dialect/index.ts'
import { M2MError } from '../../errors.ts'
import type { CompiledPolicy, Provider } from '../compiled.ts'
import { pathOfCall, pathOfOther } from './base-url.ts'
import { type Choice, choose, refusalOf } from './choose.ts'
import { isBareSk, type Sign, signsOf } from './credentials.ts'
import { type Asked, callAt, namedProvider, type RequestPath, requestPath } from './request-path.ts'
import { makerOfPath, suggestedDialect } from './suggest.ts'
import { isUnsafePath } from './unsafe-path.ts'

export interface Route {
  readonly provider: Provider
  /** Path at the provider, with its query. */
  readonly path: string
  /** As the client wrote it, without the provider's prefix. */
  readonly written: string
  /** Undefined for a request that is relayed unread. */
  readonly call: LlmCall | undefined
  /** What named the provider: `prefix`, `only provider`, `path`, or the sign of a key, such as `x-api-key`. */
  readonly reason: string
}

export interface Routing {
  /** How the caller writes errors: the API of the call, else the provider's, else that of the key. */
  readonly dialect: ProviderDialect
  /** M2MError PATH_REFUSED for paths that could leave a provider's root, NO_SUCH_PROVIDER. */
  readonly found: Route | M2MError
}

type Providers = Pick<CompiledPolicy, 'providers'>

/**
 * The only provider; else the one that the first path segment names; else the one that the caller's key belongs to; else
 * the first of the API that the path suggests. No key is sent to a provider that is certainly another maker's.
 */
export function route({ providers }: Providers, asked: Asked): Routing {
  const reading = read(providers, asked)
  const { whole, named, own, call, signs } = reading
  const isUnsafe = !whole.path.startsWith('/') || isUnsafePath(whole.path)
  const found = isUnsafe ? unsafePath() : choiceOf(providers, reading)
  const provider = found instanceof M2MError ? named : found.provider
  const dialect = reading.said ?? ownDialect(provider) ?? dialectOfKey(signs)
  return { dialect, found: found instanceof M2MError ? found : routeTo(found, asked.method, { own, call }) }
}

const NO_SIGNS: readonly Sign[] = []

/** What the request itself says. */
interface Reading {
  readonly whole: RequestPath
  readonly named: Provider | undefined
  /** Without the provider's prefix. */
  readonly own: RequestPath
  readonly call: CallPath | undefined
  /** The API of the path: of a call, of a resource. */
  readonly suggested: ProviderDialect | undefined
  /** The same, where it leaves no doubt: `/v1/models` is of many APIs. */
  readonly said: ProviderDialect | undefined
  readonly signs: readonly Sign[]
  readonly isBareSk: boolean
}

function read(providers: readonly Provider[], asked: Asked): Reading {
  const whole = requestPath(asked)
  const named = namedProvider(providers, whole)
  const own = named === undefined ? whole : requestPath({ ...asked, target: named.rest + whole.query })
  const call = callAt(asked.method, own.repaired)
  const isOnly = providers.length === 1
  // Nothing more is asked of a call that has one way to go.
  const suggested = isOnly && call !== undefined ? undefined : suggestedDialect(call, own)
  const said = call?.call.dialect.provider ?? (suggested === DEFAULT_DIALECT ? undefined : suggested)
  // With one provider, nothing is another's.
  const signs = isOnly ? NO_SIGNS : signsOf(asked.headers, whole.query)
  const isBare = !isOnly && isBareSk(asked.headers, signs)
  return { whole, named: named?.provider, own, call, suggested, said, signs, isBareSk: isBare }
}

function choiceOf(providers: readonly Provider[], reading: Reading): Choice | M2MError {
  const { named, own, suggested: dialect, signs } = reading
  const [only] = providers
  if (only !== undefined && providers.length === 1) return { provider: only, reason: 'only provider' }
  if (named !== undefined) return refusalOf(named, { providers, signs }) ?? { provider: named, reason: 'prefix' }
  return choose({ providers, signs, dialect, maker: makerOfPath(own), isBareSk: reading.isBareSk })
}

function routeTo({ provider, reason }: Choice, method: string, { own, call }: Pick<Reading, 'own' | 'call'>): Route {
  const found = provider.dialect === 'none' ? undefined : call
  const path = found ? pathOfCall(provider, found) : pathOfOther(provider, { method, ...own })
  return { provider, path: path + own.query, written: own.path + own.query, call: found?.call, reason }
}

/** A provider that relays only has no way to write errors. */
function ownDialect(provider: Provider | undefined): ProviderDialect | undefined {
  return provider?.dialect === 'none' ? DEFAULT_DIALECT : provider?.dialect
}

function dialectOfKey(signs: readonly Sign[]): ProviderDialect {
  return signs.some(({ maker }) => maker === 'anthropic') ? 'anthropic' : DEFAULT_DIALECT
}

function unsafePath(): M2MError {
  return new M2MError('the path holds a dot segment, a backslash or a control character, plain or encoded', {
    code: 'PATH_REFUSED',
  })
}

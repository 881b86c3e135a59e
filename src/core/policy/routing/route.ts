/** Which provider serves a call, and which of its paths is meant (spec: policy.md, which provider serves a call). */

import type { ProviderDialect } from '../../dialect/index.ts'
import { M2MError } from '../../errors.ts'
import type { CompiledPolicy, Provider } from '../compiled.ts'
import { DIALECT_ROOT, isUnder, splitBase } from './base-url.ts'

export interface Route {
  readonly provider: Provider
  /** Repaired, without a provider's prefix, in the dialect's own terms: `/v1/chat/completions`, `/api/chat`. */
  readonly path: string
  /** With its `?`, byte for byte as the client wrote it; empty when there is none. */
  readonly query: string
}

export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>

/**
 * The first path segment when it names a provider, else the first provider of the dialect the path suggests.
 *
 * @param target the request target as it came: path and query
 * @throws M2MError PATH_REFUSED for paths that could climb out of a provider's root, NO_SUCH_PROVIDER
 */
export function route(policy: Pick<CompiledPolicy, 'providers'>, target: string, headers: RequestHeaders): Route {
  const { path, query } = splitTarget(target)
  const provider = namedProvider(policy, path)
  if (provider !== undefined) {
    return { provider, path: ownPath(provider, path.slice(provider.name.length + 1)), query }
  }
  const suggestion = suggest(path, headers)
  if (suggestion === undefined) {
    throw new M2MError('no provider serves this path: it is neither /v1/..., /api/... nor /{provider}/...', {
      code: 'NO_SUCH_PROVIDER',
    })
  }
  const first = policy.providers.find((candidate) => candidate.dialect === suggestion.dialect)
  if (first === undefined) {
    throw new M2MError(`no provider of dialect ${suggestion.dialect} is configured`, { code: 'NO_SUCH_PROVIDER' })
  }
  return { provider: first, path: suggestion.path, query }
}

/** The dialect in which to tell a caller that its call has no route: the provider named, else what the path suggests, else openai. */
export function suggestDialect(
  policy: Pick<CompiledPolicy, 'providers'>,
  target: string,
  headers: RequestHeaders,
): ProviderDialect {
  const path = repairSlashes(target.split('?', 1)[0] ?? '')
  return namedProvider(policy, path)?.dialect ?? suggest(path, headers)?.dialect ?? 'openai'
}

function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?')
  const path = mark === -1 ? target : target.slice(0, mark)
  if (!path.startsWith('/') || isTreacherous(path)) {
    throw new M2MError('the path holds a dot segment, a backslash or a control character, plain or encoded', {
      code: 'PATH_REFUSED',
    })
  }
  return { path: repairSlashes(path), query: mark === -1 ? '' : target.slice(mark) }
}

/**
 * Could a server behind us read this path as another one? Encodings are looked through at any depth (`%252e`).
 * An encoded slash alone is fine: SDKs write model names so (`/v1/models/org%2Fmodel`).
 */
function isTreacherous(path: string): boolean {
  const plain = path
    .replaceAll(/%(?:25)*2e/gi, '.')
    .replaceAll(/%(?:25)*2f/gi, '/')
    .replaceAll(/%(?:25)*5c/gi, '\\')
    .replaceAll(/%(?:25)*(?:[01][0-9a-f]|7f)/gi, '\0')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return /[\\#\x00-\x20\x7f]|(?:^|\/)\.\.?(?:\/|$)/.test(plain)
}

/** One slash for several, and none at the end. */
export function repairSlashes(path: string): string {
  return path.replaceAll(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '')
}

function namedProvider({ providers }: Pick<CompiledPolicy, 'providers'>, path: string): Provider | undefined {
  const name = path.split('/', 2)[1]
  return providers.find((provider) => provider.name === name)
}

/** The rest of a path behind a provider's name, in the dialect's terms. */
function ownPath(provider: Provider, rest: string): string {
  if (provider.dialect === 'openai') return `/v1${withoutRoots(rest, [baseRoot(provider), '/openai/v1', '/v1'])}`
  const path = withoutDoubledRoot(rest === '' ? '/' : rest)
  return provider.dialect === 'anthropic' && isUnder(path, '/messages') ? `/v1${path}` : path
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

/** `/v1/v1/x` is `/v1/x`: a base with a root, joined by a client that adds its own. */
function withoutDoubledRoot(path: string): string {
  return path.replace(/^(\/v1|\/api)(?:\1)+(?=\/|$)/, '$1')
}

/** First segments of the OpenAI API, for clients whose base URL lacks `/v1`. */
const OPENAI_RESOURCES: ReadonlySet<string> = new Set(
  (
    'assistants audio batches chat completions containers conversations embeddings evals files fine_tuning images ' +
    'models moderations realtime responses threads uploads vector_stores videos'
  ).split(' '),
)

/** An `anthropic-version` header tells an Anthropic client, whatever the path: its key must not reach another provider. */
function suggest(path: string, headers: RequestHeaders): { dialect: ProviderDialect; path: string } | undefined {
  const repaired = withoutDoubledRoot(path.replace(/^\/openai(?=\/v1(?:\/|$))/, ''))
  const first = repaired.split('/', 2)[1] ?? ''
  const rooted = first === 'messages' || OPENAI_RESOURCES.has(first) ? `/v1${repaired}` : repaired
  if (isUnder(rooted, '/v1/messages') || headers['anthropic-version'] !== undefined) {
    return { dialect: 'anthropic', path: rooted }
  }
  if (isUnder(rooted, DIALECT_ROOT.ollama)) return { dialect: 'ollama', path: rooted }
  return isUnder(rooted, DIALECT_ROOT.openai) ? { dialect: 'openai', path: rooted } : undefined
}

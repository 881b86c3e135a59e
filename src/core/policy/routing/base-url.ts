/**
 * Joins a provider's base URL and a client's path (docs/spec/routing.md, Base URL and path). Only calls that we read are
 * repaired and brought under the root that the base URL names. Plain text throughout: WHATWG URL would re-encode the
 * client's escapes.
 */

import { type CallPath, PROVIDER_APIS } from '../../dialect/index.ts'
import type { Provider } from '../compiled.ts'

/** A base URL's path in two: `prefix` stands before every path, `root` is the API's own. */
interface Base {
  readonly prefix: string
  /** `/v1`, `/openai/v1`; undefined where the base does not name it, empty where it names a place without one. */
  readonly root: string | undefined
}

/** Roots that the base URLs of clients end in, where they do not know the provider. */
const USUAL_ROOTS = ['/v1']
/** Groq's clients write the longer one, which a base URL with a version replaces as well. */
const REPLACED_ROOTS = ['/v1', '/openai/v1']

const AZURE_ROOT = '/openai'

/** OpenAI's API on hosts whose bare name is no base URL of it, or is one without `/v1` (their API references). */
const ROOTS_OF_HOSTS: readonly (readonly [host: RegExp, root: string])[] = [
  [/\.openai\.azure\.(?:com|us|cn)$|\.cognitiveservices\.azure\.com$|\.services\.ai\.azure\.com$/, '/openai/v1'],
  [/^api\.groq\.com$/, '/openai/v1'],
  [/^generativelanguage\.googleapis\.com$/, '/v1beta/openai'],
  [/^bedrock-runtime(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com$/, '/openai/v1'],
  [/^openrouter\.ai$/, '/api/v1'],
  [/^models\.github\.ai$/, '/inference'],
  [/^api\.(?:deepseek\.com|perplexity\.ai)$/, ''],
]

/** The path at the provider of a call that we read. */
export function pathOfCall(provider: Provider, { call, front, own }: CallPath): string {
  const base = baseOf(provider)
  const whole = wholeOf(base)
  const { isRootFixed, root } = PROVIDER_APIS[call.dialect.provider]
  if (isRootFixed) return base.prefix + withoutRoots(front, [whole, base.prefix, root]) + own
  if (whole !== '' && isUnder(front, whole)) return whole + belowWhole(base, withoutRoots(front, [whole])) + own
  if (isDeployment(base, front)) return whole + front + own
  const isRoot = withoutRoots(front, usualRoots(base)) === ''
  return (isRoot ? apiRoot(provider, base) : base.prefix + withoutDoubled(front)) + own
}

/** What is known of a request that is relayed as it is. */
export interface OtherPath {
  readonly method: string
  /** As the client wrote it, without a provider's prefix. */
  readonly path: string
  /** Whose form it has, by its query or a header, where that is not OpenAI's own. */
  readonly form: 'azure' | 'google' | undefined
}

/**
 * The path at the provider of any other request: as the client wrote it, behind the base's path. Only the root of the
 * client's base URL is exchanged for the provider's, before resources of OpenAI's API.
 */
export function pathOfOther(provider: Provider, other: OtherPath): string {
  const { path } = other
  const base = baseOf(provider)
  const whole = wholeOf(base)
  if (path === '') return whole === '' ? '/' : whole
  if (whole !== '' && isUnder(path, whole)) return path
  if (isDeployment(base, path) || isListOfAzure(base, other)) return whole + path
  const resource = resourceOf(provider, base, other)
  return resource === undefined ? base.prefix + path : apiRoot(provider, base) + resource
}

/** Where OpenAI's API is at a provider: what SDKs have in their base URL behind its host. Empty: at the host itself. */
export function placeOfApi(provider: Provider): string {
  return apiRoot(provider, baseOf(provider))
}

/** Does a path, from `start` on, begin with these whole segments? */
export function isUnder(path: string, root: string, start = 0): boolean {
  const end = start + root.length
  return path.startsWith(root, start) && (path.length === end || path[end] === '/')
}

/** One slash for several, and none at the end. */
export function repairSlashes(path: string): string {
  if (!path.includes('//') && (path.length === 1 || !path.endsWith('/'))) return path
  return path.replaceAll(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '')
}

/** The path without the roots that it begins with, however often. */
export function withoutRoots(path: string, roots: readonly string[]): string {
  let start = 0
  for (;;) {
    const root = roots.find((candidate) => candidate !== '' && isUnder(path, candidate, start))
    if (root === undefined) return path.slice(start)
    start += root.length
  }
}

const BASES = new WeakMap<URL, Base>()

function baseOf(provider: Provider): Base {
  let base = BASES.get(provider.baseUrl)
  if (base === undefined) {
    base = splitBase(provider)
    BASES.set(provider.baseUrl, base)
  }
  return base
}

function splitBase({ baseUrl, dialect }: Provider): Base {
  const { baseRoot, baseCall, isRootFixed } = PROVIDER_APIS[dialect]
  const written = repairSlashes(baseUrl.pathname).replace(/^\/$/, '')
  const path = baseCall === undefined ? written : written.replace(baseCall, '')
  const found = baseRoot?.exec(path)
  if (found) return { prefix: path.slice(0, found.index), root: found[0] }
  // A path that is no known root says itself where the API is.
  return { prefix: path, root: isRootFixed || written === '' ? undefined : '' }
}

function wholeOf({ prefix, root = '' }: Base): string {
  return prefix + root
}

function apiRoot({ baseUrl, dialect }: Provider, { prefix, root }: Base): string {
  if (root !== undefined) return PROVIDER_APIS[dialect].isRootFixed ? `${prefix}/v1` : prefix + root
  return prefix + (ROOTS_OF_HOSTS.find(([host]) => host.test(baseUrl.hostname))?.[1] ?? '/v1')
}

function usualRoots({ root }: Base): readonly string[] {
  return root === '' || isVersioned(root) ? REPLACED_ROOTS : USUAL_ROOTS
}

function isVersioned(root: string | undefined): boolean {
  return root !== undefined && /\/v\d/.test(root)
}

/** What follows a base's path that the client has written itself; `/v1` after a version is doubled. */
function belowWhole({ root }: Base, rest: string): string {
  return isVersioned(root) && withoutRoots(rest, USUAL_ROOTS) === '' ? '' : withoutDoubled(rest)
}

/** Azure's clients add `/deployments/d` to a base URL of their own, which ends in `/openai`. */
function isDeployment({ root }: Base, path: string): boolean {
  return root === AZURE_ROOT && isUnder(path, '/deployments')
}

/** Their list of models; what stands below `/models` is the other API of Azure's. */
function isListOfAzure({ root }: Base, { method, path, form }: OtherPath): boolean {
  return root === AZURE_ROOT && form === 'azure' && method === 'GET' && path === '/models'
}

/** Some clients add `/v1` to a base URL that has it: `/openai/v1/v1`. */
function withoutDoubled(root: string): string {
  let end = root.length
  while (root.endsWith('/v1/v1', end)) end -= 3
  return root.slice(0, end)
}

/** The path of a resource of OpenAI's API below its root; undefined for a path that might be another API's. */
function resourceOf({ dialect }: Provider, base: Base, other: OtherPath): string | undefined {
  if (dialect === 'none' || other.form === 'google') return undefined
  const root = usualRoots(base).find((candidate) => isUnder(other.path, candidate)) ?? ''
  const below = other.path.slice(root.length)
  if (root !== '' && below === '') return below
  const first = firstSegment(below)
  // Azure's paths begin with `/openai` or `/models`, which a bare host does not name.
  if (other.form === 'azure' && root === '' && (base.root === undefined || first === 'models')) return undefined
  // `POST /models/load` is llama.cpp's, `/models/embeddings` Azure's, `/models/g:generateContent` Google's.
  if (first === 'models' && (other.method === 'POST' || METHOD_OF_GOOGLE.test(below))) return undefined
  return isResource(first) ? below : undefined
}

const METHOD_OF_GOOGLE = /:(?:predict|[a-z]+(?:[A-Z][a-z]+)+)$/

const RESOURCES = new Set(Object.values(PROVIDER_APIS).flatMap(({ resources }) => [...resources]))

function isResource(segment: string): boolean {
  return RESOURCES.has(segment)
}

export function firstSegment(path: string): string {
  return path.split('/', 2)[1] ?? ''
}

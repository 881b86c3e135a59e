/** A request's target, taken apart as its client wrote it. */

import { type CallPath, callPathOf } from '../../dialect/index.ts'
import type { Provider } from '../compiled.ts'
import { firstSegment, isUnder, repairSlashes } from './base-url.ts'

export interface Asked {
  readonly method: string
  /** The request target as it came: path and query. */
  readonly target: string
  readonly headers: RequestHeaders
}

export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>

export interface RequestPath {
  /** As written. */
  readonly path: string
  /** One slash for several, none at the end: to be read, and sent only for a call that we read. */
  readonly repaired: string
  /** With its `?`, byte for byte; empty when there is none. */
  readonly query: string
  readonly form: 'azure' | 'google' | undefined
}

export function requestPath({ target, headers }: Asked): RequestPath {
  const mark = target.indexOf('?')
  const path = mark === -1 ? target : target.slice(0, mark)
  const query = mark === -1 ? '' : target.slice(mark)
  return { path, repaired: repairSlashes(path), query, form: formOf(query, headers) }
}

/** The provider that the first segment names, and the path behind it. */
export function namedProvider(
  providers: readonly Provider[],
  { path, repaired, form }: RequestPath,
): { readonly provider: Provider; readonly rest: string } | undefined {
  const name = firstSegment(repaired)
  const provider = providers.find((candidate) => candidate.name === name)
  // Azure's API has `/openai` in front, and a provider may be called so.
  if (provider === undefined || isAzurePath(repaired, form)) return undefined
  const start = path.search(/[^/]/)
  return { provider, rest: path.slice(start + name.length) }
}

export function isAzurePath(repaired: string, form: RequestPath['form']): boolean {
  if (isUnder(repaired, '/openai/deployments')) return true
  // `/openai/openai/...` has the prefix of a provider in front.
  return form === 'azure' && isUnder(repaired, '/openai') && !isUnder(repaired, '/openai/openai')
}

/** The call that we read at a path, if it is one. Only a POST asks a model. */
export function callAt(method: string, repaired: string): CallPath | undefined {
  return method === 'POST' ? callPathOf(repaired) : undefined
}

/** `api-version` and the header `api-key` are Azure's; a key in the query, and its header, Google's. */
function formOf(query: string, headers: RequestHeaders): RequestPath['form'] {
  if (headers['api-key'] !== undefined || /[?&]api-version=/i.test(query)) return 'azure'
  if (headers['x-goog-api-key'] !== undefined || /[?&]key=/i.test(query)) return 'google'
  return undefined
}

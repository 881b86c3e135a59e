/** Whose API a path is, when it names no provider (docs/spec/routing.md, Which provider serves a call). */

import { PROVIDER_APIS, PROVIDER_DIALECTS, type ProviderDialect } from '../../dialect/index.ts'
import { firstSegment, isUnder, withoutRoots } from './base-url.ts'
import { callAt, isAzurePath, type RequestHeaders, type RequestPath } from './request-path.ts'

const APIS = PROVIDER_DIALECTS.map((dialect) => ({ dialect, ...PROVIDER_APIS[dialect] }))

/** Longer paths first: Anthropic's `/v1/messages` before OpenAI's `/v1`. */
const SERVED = APIS.flatMap(({ dialect, paths }) => paths.map((own) => ({ dialect, own }))).sort(
  (a, b) => b.own.length - a.own.length,
)

/** Roots in front of a call, beside Azure's, that need no provider of their name: Groq's, Google's, LM Studio's. */
const FRONTS = ['/v1', '/openai/v1', '/v1beta/openai', '/openai', '/models', '/api/v0']

export function suggestedDialect(
  method: string,
  { repaired, form }: RequestPath,
  headers: RequestHeaders,
): ProviderDialect | undefined {
  const owner = APIS.find(({ ownHeaders }) => ownHeaders.some((name) => headers[name] !== undefined))
  if (owner !== undefined) return owner.dialect
  if (isAzurePath(repaired, form)) return 'openai'
  const call = callAt(method, repaired)
  if (call !== undefined && withoutRoots(call.front, FRONTS) === '') return call.call.dialect.provider
  const first = firstSegment(repaired)
  const path = isUnder(repaired, '/openai/v1') ? repaired.slice('/openai'.length) : repaired
  const single = isUnder(path, '/v1') ? `/v1${withoutRoots(path, ['/v1'])}` : path
  const lacking = APIS.find(({ resources }) => resources.has(first))
  return lacking?.dialect ?? SERVED.find(({ own }) => isUnder(single, own))?.dialect
}

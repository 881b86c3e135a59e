/** Whose API a path is, when it names no provider (docs/spec/routing.md, Which provider serves a call). */

import { type CallPath, PROVIDER_APIS, PROVIDER_DIALECTS, type ProviderDialect } from '../../dialect/index.ts'
import { firstSegment, isUnder, withoutRoots } from './base-url.ts'
import type { MakerName } from './makers.ts'
import { isAzurePath, type RequestPath } from './request-path.ts'

const APIS = PROVIDER_DIALECTS.map((dialect) => ({ dialect, ...PROVIDER_APIS[dialect] }))

/** Longer paths first: Anthropic's `/v1/messages` before OpenAI's `/v1`. */
const SERVED = APIS.flatMap(({ dialect, paths }) => paths.map((own) => ({ dialect, own }))).sort(
  (a, b) => b.own.length - a.own.length,
)

/** Roots in front of a call, beside Azure's, that need no provider of their name: Groq's, Google's, LM Studio's. */
const FRONTS = ['/v1', '/openai/v1', '/v1beta/openai', '/openai', '/models', '/api/v0']

export function suggestedDialect(
  call: CallPath | undefined,
  { repaired, form }: RequestPath,
): ProviderDialect | undefined {
  if (isAzurePath(repaired, form)) return 'openai'
  if (call !== undefined && withoutRoots(call.front, FRONTS) === '') return call.call.dialect.provider
  const lacking = APIS.find(({ resources }) => resources.has(firstSegment(repaired)))
  if (lacking !== undefined) return lacking.dialect
  const path = withSingleRoot(repaired)
  return SERVED.find(({ own }) => isUnder(path, own))?.dialect
}

/** `/openai/v1/v1/models` is read as `/v1/models`. */
function withSingleRoot(path: string): string {
  const own = isUnder(path, '/openai/v1') ? path.slice('/openai'.length) : path
  return isUnder(own, '/v1') ? `/v1${withoutRoots(own, ['/v1'])}` : own
}

/** Paths that only one maker has, beside those of a dialect: they go to no other, whatever the key looks like. */
const PATHS_OF_MAKERS: readonly (readonly [path: RegExp, maker: MakerName])[] = [
  [/^\/(?:v1(?:beta\d+)?\/projects|v1(?:beta|alpha)\/(?!openai\/))/, 'google'],
  [/^\/model\/[^/]+\/(?:converse|invoke)/, 'bedrock'],
]

export function makerOfPath({ repaired, form }: RequestPath): MakerName | undefined {
  if (isAzurePath(repaired, form) || (form === 'azure' && isUnder(repaired, '/models'))) return 'azure'
  return PATHS_OF_MAKERS.find(([path]) => path.test(repaired))?.[1]
}

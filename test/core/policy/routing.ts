/** Routes of requests, for tests of paths and of providers. */

import { M2MError } from '../../../src/core/errors.ts'
import { type CompiledPolicy, defaultPolicy, parseUpstream, type Route, route } from '../../../src/core/policy/index.ts'

export const builtIn = policyWith([])

export function policyWith(upstreams: readonly string[]): CompiledPolicy {
  return defaultPolicy({
    mode: 'Enforce',
    profile: 'Safe',
    upstreams: upstreams.map(parseUpstream),
    engineVersion: 'test',
  })
}

export interface Request {
  readonly method?: string
  readonly target: string
  readonly headers?: Readonly<Record<string, string>>
}

/** @throws M2MError of a request that nobody serves */
export function routed(policy: CompiledPolicy, request: Request): Route {
  const { found } = routing(policy, request)
  if (found instanceof M2MError) throw found
  return found
}

export function routing(policy: CompiledPolicy, { method = 'POST', target, headers = {} }: Request) {
  return route(policy, { method, target, headers })
}

/** Base and target to the full upstream URL: `POST /v1/x` or `/v1/x`, which is a GET. */
export function sendTo(upstream: string, request: string): string {
  return urlOf(policyWith([upstream]), request)
}

export function urlOf(policy: CompiledPolicy, request: string): string {
  const [, method = 'GET', target = ''] = /^(?:([A-Z]+) )?(.*)$/s.exec(request) ?? []
  const { provider, path } = routed(policy, { method, target })
  return provider.baseUrl.origin + path
}

/** The code of the error of ours that is thrown. */
export function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return error instanceof M2MError ? error.code : String(error)
  }
  return 'no error'
}

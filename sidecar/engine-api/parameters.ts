/** The query parameters of the engine: they override the request and the policy. */

import type { ProfileName } from '../../src/core/compress/index.ts'
import { M2MError } from '../../src/core/errors.ts'
import { PROFILE_NAMES } from '../../src/core/policy/index.ts'

export interface Parameter {
  readonly dialect: string
  readonly profile: ProfileName
  readonly model: string
}

/**
 * @param query as Fastify parsed it
 * @throws M2MError USAGE for a parameter that is unknown, given twice or empty: a misspelt one must not mean its default
 */
export function parametersOf<K extends keyof Parameter>(
  query: unknown,
  known: readonly K[],
): Partial<Pick<Parameter, K>> {
  const given: [string, unknown][] = Object.entries(query ?? {})
  for (const [name, value] of given) {
    if (!known.some((parameter) => parameter === name)) {
      throw usage(`there is no such query parameter; known are ${known.join(', ')}`)
    }
    if (typeof value !== 'string' || value === '') throw usage(`the query parameter ${name} needs one value`)
    if (name === 'profile' && !PROFILE_NAMES.some((profile) => profile === value)) {
      throw usage(`no such profile; there are ${PROFILE_NAMES.join(', ')}`)
    }
  }
  return Object.fromEntries(given) as Partial<Pick<Parameter, K>>
}

function usage(message: string): M2MError {
  return new M2MError(message, { code: 'USAGE' })
}

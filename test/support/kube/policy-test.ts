/** The `test` of cluster tests about M2MPolicy objects alone: the definition is installed, and a refusal is read. */

import type { Answer } from './admin-api.ts'
import { test as base } from './cluster-test.ts'
import { installPolicyDefinition, shippedDefinition } from './policy-definition.ts'

export interface PolicyApi {
  /** Of the policies of the test's namespace. */
  readonly path: string
  /** Is it accepted? Nothing is stored. @returns the errors of the server, joined by semicolons; empty when there are none */
  judge(object: { readonly metadata?: object; readonly spec?: unknown }): Promise<string>
}

let installed: Promise<void> | undefined

export const test = base.extend<{ policies: PolicyApi }>({
  policies: async ({ cluster }, use) => {
    installed ??= installPolicyDefinition(cluster.api)
    await installed
    const path = '/apis/m2m.io/v1alpha1/namespaces/default/m2mpolicies'
    const judge: PolicyApi['judge'] = async (object) => {
      const body = policy({ metadata: { name: 'p' }, spec: {}, ...object })
      return errorsOf(await cluster.api.call('POST', `${path}?dryRun=All&fieldValidation=Strict`, { body }))
    }
    await use({ path, judge })
  },
})

export function policy(object: {
  readonly metadata?: object
  readonly spec?: unknown
  readonly status?: object
}): object {
  return { apiVersion: 'm2m.io/v1alpha1', kind: 'M2MPolicy', ...object }
}

interface Cause {
  readonly field: string
  readonly message: string
}

/** `PATH: MESSAGE`, or the message of a body that could not be read. Patterns of the definition stand as `its pattern`. */
export function errorsOf({ status, body }: Answer): string {
  if (status < 300) return ''
  const { causes } = (body['details'] ?? {}) as { causes?: readonly Cause[] }
  if (causes === undefined) return String(body['message']).replace(/^M2MPolicy in version .*? as a M2MPolicy: /, '')
  // The one without a field says that the others had to be mended before rules are looked at.
  const told = causes.filter(({ field }) => field !== '<nil>').map(({ field, message }) => `${field}: ${message}`)
  return PATTERNS.reduce((text, pattern) => text.replaceAll(`'${pattern}'`, 'its pattern'), told.join('; '))
}

const PATTERNS = patternsOf(shippedDefinition())

function patternsOf(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return []
  const { pattern } = node as { pattern?: unknown }
  return [...(typeof pattern === 'string' ? [pattern] : []), ...Object.values(node).flatMap(patternsOf)]
}

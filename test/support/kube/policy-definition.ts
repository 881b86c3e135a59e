/** Makes M2MPolicy known to an API server, by the file that ships. */

import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import type { AdminApi, Answer } from './admin-api.ts'

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

export interface Definition {
  readonly metadata: { readonly name: string }
  readonly spec: { readonly versions: readonly { readonly schema: object }[] }
}

export function shippedDefinition(): Definition {
  return parse(readFileSync('crds/m2mpolicies.yaml', 'utf8')) as Definition
}

/** Creates or replaces it, and waits until its objects are served; again changes nothing. @throws when it is refused */
export async function installPolicyDefinition(
  api: AdminApi,
  definition: Definition = shippedDefinition(),
): Promise<void> {
  const { status, body } = await applyDefinition(api, definition)
  if (status >= 300) throw new Error(`${definition.metadata.name}: ${status} ${body['message']}`)
  const path = '/apis/m2m.io/v1alpha1/m2mpolicies?limit=1'
  for (let tries = 0; tries < 600; tries++) {
    const answer = await api.call('GET', path)
    if (answer.status === 200) return
    await sleep(50)
  }
  throw new Error('M2MPolicy is not served after 30 s')
}

export function applyDefinition(api: AdminApi, definition: Definition): Promise<Answer> {
  const path = `${DEFINITIONS}/${definition.metadata.name}?fieldManager=test&force=true&fieldValidation=Strict`
  return api.call('PATCH', path, { body: definition, contentType: 'application/apply-patch+yaml' })
}

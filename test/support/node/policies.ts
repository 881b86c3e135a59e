/** Policies of the tests on a node: the model is the test's mock. */

import { expect } from 'vitest'
import type { PolicySpec } from '../../../src/core/policy/index.ts'
import type { AdminApi } from '../kube/admin-api.ts'
import { createPolicy, policyPath, programmedIn } from '../kube/policies.ts'
import { MODEL_URL } from './pods.ts'

const NAME = 'policy'

/** The operator has put it into the namespace's bundle. @param spec beside the provider */
export async function createMockPolicy(
  api: AdminApi,
  namespace: string,
  spec: PolicySpec = { compression: { mode: 'Enforce' } },
): Promise<void> {
  const providers = [{ name: 'openai', baseURL: MODEL_URL, allowInsecure: true }]
  await createPolicy(api, namespace, NAME, { providers, ...spec })
  await expect.poll(() => programmedIn(api, namespace)).toEqual([`${namespace}.${NAME}`])
}

/** A merge patch of its spec. */
export async function editMockPolicy(api: AdminApi, namespace: string, spec: object): Promise<void> {
  await api.merge(policyPath(namespace, NAME), { spec })
}

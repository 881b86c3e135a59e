/** What a cluster has that gives pods sidecars, or refuses those without: which of it is there, and since when. */

import { type KubeClient, KubeError } from '../../kube/index.ts'
import { explainKubeError } from './cluster.ts'

export interface Injector {
  /** The webhook, or the policy by which the API server injects without one. */
  readonly injection: Presence
  /** The policy that refuses pods which ask for a sidecar and have none. */
  readonly guard: Presence
}

/** RFC 3339 of its creation; `missing`; `unknown`: one may not look. */
export type Presence = { readonly since: string } | 'missing' | 'unknown'

const ROOT = '/apis/admissionregistration.k8s.io/v1'

const INJECTORS = [
  `${ROOT}/mutatingwebhookconfigurations/m2m-injector`,
  `${ROOT}/mutatingadmissionpolicies/m2m-injector`,
]

/** @throws M2MError CLUSTER_UNREACHABLE, CLUSTER_REFUSED */
export async function readInjector(client: KubeClient): Promise<Injector> {
  const found: Presence[] = []
  for (const path of INJECTORS) found.push(await presenceOf(client, path))
  return {
    injection: found.find((each) => typeof each === 'object') ?? (found.includes('unknown') ? 'unknown' : 'missing'),
    guard: await presenceOf(client, `${ROOT}/validatingadmissionpolicies/m2m-injected`),
  }
}

async function presenceOf(client: KubeClient, path: string): Promise<Presence> {
  try {
    const { metadata } = await client.get<{ metadata: { creationTimestamp?: string } }>(path)
    return { since: metadata.creationTimestamp ?? '' }
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return 'missing'
    if (error instanceof KubeError && error.status === 403) return 'unknown'
    throw explainKubeError(error, `reading ${path}`)
  }
}

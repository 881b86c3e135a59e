/** Reads from the API server which policies are in question: of a namespace, its labels, and those of the whole cluster. */

import { M2MError } from '../../core/errors.ts'
import type { Labels, NamespaceFacts, PolicyObject } from '../../core/policy/documents.ts'
import { type KubeClient, KubeError } from '../../kube/index.ts'
import { explainKubeError } from './cluster.ts'
import type { OperatorWord } from './verdict.ts'

export interface StoredPolicy extends PolicyObject {
  readonly metadata: PolicyObject['metadata'] & { readonly generation?: number }
  readonly status?: Partial<Pick<OperatorWord, 'observedGeneration' | 'conditions'>>
}

interface NamespaceObject {
  readonly metadata: { readonly labels?: Labels }
}

/** With a note, where its labels may not be read. */
export async function getNamespace(client: KubeClient, name: string, notes: string[]): Promise<NamespaceFacts> {
  try {
    const { metadata } = await client.get<NamespaceObject>(`/api/v1/namespaces/${name}`)
    return { name, labels: metadata.labels ?? {} }
  } catch (error) {
    if (!(error instanceof KubeError && error.status === 403))
      throw explainKubeError(error, `reading namespace ${name}`)
    notes.push(
      `the labels of namespace ${name} are not known, which decide about policies of the cluster: ${error.message}`,
    )
    return { name, labels: { 'kubernetes.io/metadata.name': name } }
  }
}

/**
 * Those of the first namespace, and as far as they may be read of the others; with a note for each that may not.
 * @throws M2MError CLUSTER_REFUSED, CLUSTER_UNREACHABLE
 */
export async function getPolicies(
  client: KubeClient,
  namespaces: readonly string[],
  notes: string[],
): Promise<StoredPolicy[]> {
  const [own = '', ...others] = new Set(namespaces)
  const policies = await listPolicies(client, own)
  for (const other of others) {
    try {
      policies.push(...(await listPolicies(client, other)))
    } catch (error) {
      if (!(error instanceof M2MError && error.code === 'CLUSTER_REFUSED')) throw error
      notes.push(
        `the policies of namespace ${other}, which may be for the whole cluster, are not known: ${error.message}`,
      )
    }
  }
  return policies
}

async function listPolicies(client: KubeClient, namespace: string): Promise<StoredPolicy[]> {
  const path = `/apis/m2m.io/v1alpha1/namespaces/${namespace}/m2mpolicies`
  const policies: StoredPolicy[] = []
  try {
    for await (const { items, isFirst } of client.pages<StoredPolicy>(path)) {
      if (isFirst) policies.length = 0
      policies.push(...items)
    }
    return policies
  } catch (error) {
    if (!(error instanceof KubeError && error.status === 404))
      throw explainKubeError(error, `listing policies of ${namespace}`)
    throw new M2MError(
      'the cluster does not know M2MPolicy: install its CustomResourceDefinition (docs/kubernetes.md)',
      {
        code: 'CLUSTER_REFUSED',
        cause: error,
      },
    )
  }
}

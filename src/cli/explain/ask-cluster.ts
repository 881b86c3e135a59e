/** The explanation of a pod of a cluster. Apart, because the client of the API server takes a second to load from source. */

import { type ClusterFlags, connect } from './cluster.ts'
import { type Explained, explainInCluster } from './explained.ts'
import { readPod } from './read-pod.ts'

export interface PodQuestion extends ClusterFlags {
  readonly name: string
  /** Undefined: the context's. */
  readonly namespace: string | undefined
  readonly operatorNamespace: string | undefined
}

/** @throws M2MError CLUSTER_UNREACHABLE, CLUSTER_REFUSED, NO_SUCH_POD */
export async function askCluster({ name, namespace, operatorNamespace, ...flags }: PodQuestion): Promise<Explained> {
  const client = connect(flags)
  try {
    const pod = { namespace: namespace ?? client.namespace, name }
    return explainInCluster(name, await readPod(client, pod, operatorNamespace))
  } finally {
    await client.close()
  }
}

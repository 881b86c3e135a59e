/** All checks of a cluster, in the order in which one explains the next. */

import { OPERATOR_NAMESPACE } from '../../core/policy/documents.ts'
import type { KubeClient } from '../../kube/index.ts'
import { type ClusterFlags, connect, explainKubeError } from '../explain/cluster.ts'
import { checkApiServer, checkDefinition, checkDeployment, checkLease, type Part } from './control-plane.ts'
import type { Finding } from './finding.ts'
import { readKnown } from './known.ts'
import { checkPods } from './pods.ts'
import { checkBundles, checkPolicies } from './policies.ts'
import { checkGuard, checkInjection, checkWebhook } from './webhook.ts'

export interface CheckQuestion extends ClusterFlags {
  /** Undefined: all namespaces, and the pod for trial is made in the context's. */
  readonly namespace: string | undefined
  readonly operatorNamespace: string | undefined
}

/** Yields each finding as soon as it is known. @throws M2MError CLUSTER_UNREACHABLE, CLUSTER_REFUSED */
export async function* checkCluster(question: CheckQuestion): AsyncGenerator<Finding> {
  const { namespace: only, operatorNamespace = OPERATOR_NAMESPACE } = question
  const client = connect(question)
  try {
    yield await checkApiServer(client).catch((error: unknown) => {
      throw explainKubeError(error, 'asking the API server for its version')
    })
    yield await checkDefinition(client)
    yield* checkPart(client, 'operator', operatorNamespace)
    const { findings: ofWebhook, isWithoutServer } = await checkWebhook(client, Date.now())
    if (!isWithoutServer) yield* checkPart(client, 'injector', operatorNamespace)
    yield* ofWebhook
    yield await checkInjection(client, only ?? client.namespace)
    yield await checkGuard(client)
    const known = await readKnown(client, { operatorNamespace, only })
    yield checkPolicies(known)
    const { findings, injected } = await checkPods(client, known, { only, nowMs: Date.now() })
    yield checkBundles(known, injected)
    yield* findings
  } finally {
    await client.close()
  }
}

async function* checkPart(client: KubeClient, part: Part, namespace: string): AsyncGenerator<Finding> {
  yield await checkDeployment(client, part, namespace)
  yield await checkLease(client, { part, namespace, nowMs: Date.now() })
}

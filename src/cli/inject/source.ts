/** Where an injection takes its namespace, policy and settings from: files, or a cluster as its injector sees it. */

import { M2MError } from '../../core/errors.ts'
import type { InjectContext, RawPod, SidecarSettings } from '../../core/inject/injection.ts'
import {
  explainPod,
  type Labels,
  type NamespaceFacts,
  OPERATOR_NAMESPACE,
  type PolicyObject,
  specInForce,
} from '../../core/policy/documents.ts'
import type { KubeClient } from '../../kube/index.ts'
import type { ClusterFlags } from '../explain/cluster.ts'
import { policiesInFiles } from '../explain/read-files.ts'
import { DEFAULT_SETTINGS } from './settings.ts'

export interface Source {
  /** Of objects that name none. */
  readonly namespace: string
  /** @throws M2MError CLUSTER_REFUSED, CLUSTER_UNREACHABLE */
  contextFor(pod: RawPod, namespace: string): Promise<InjectContext>
  /** What could not be read, so that the cluster's injector may decide otherwise. */
  readonly notes: readonly string[]
  close(): Promise<void>
}

interface Common {
  readonly namespace: string | undefined
  /** Undefined: `OPERATOR_NAMESPACE`. */
  readonly operatorNamespace: string | undefined
  readonly image: string | undefined
  /** By the namespaces that stand in the manifests. */
  readonly given: ReadonlyMap<string, Labels>
}

export interface FileSource extends Common {
  readonly policies: readonly string[]
  readonly namespaceLabels: Labels
}

/** @throws M2MError FILE_UNREADABLE, POLICY_INVALID */
export function askFiles({ policies, namespaceLabels, given, ...common }: FileSource): Source {
  const { namespace = 'default', operatorNamespace = OPERATOR_NAMESPACE, image } = common
  const objects = policiesInFiles(policies, namespace)
  return {
    namespace,
    notes: [],
    async contextFor(pod, name) {
      const labels = { 'kubernetes.io/metadata.name': name, ...given.get(name), ...namespaceLabels }
      return contextOf(
        pod,
        { name, labels },
        { objects, operatorNamespace, settings: withImage(DEFAULT_SETTINGS, image) },
      )
    },
    close: async () => undefined,
  }
}

/** @throws M2MError CLUSTER_UNREACHABLE, CLUSTER_REFUSED */
export async function askCluster({ kubeconfig, context, given, ...common }: Common & ClusterFlags): Promise<Source> {
  const { operatorNamespace = OPERATOR_NAMESPACE, image } = common
  // The client of the API server takes a second to load from source.
  const { connect } = await import('../explain/cluster.ts')
  const client = connect({ kubeconfig, context })
  const notes: string[] = []
  try {
    const { settingsInCluster } = await import('./settings.ts')
    const settings = withImage(await settingsInCluster(client, operatorNamespace, notes), image)
    const readings = new Map<string, Promise<Reading>>()
    return {
      namespace: common.namespace ?? client.namespace,
      notes,
      async contextFor(pod, name) {
        const reading = readings.get(name) ?? readNamespace(client, { name, operatorNamespace, given }, notes)
        readings.set(name, reading)
        const { facts, objects } = await reading
        return contextOf(pod, facts, { objects, operatorNamespace, settings })
      },
      close: () => client.close(),
    }
  } catch (error) {
    await client.close()
    throw error
  }
}

interface Reading {
  readonly facts: NamespaceFacts
  readonly objects: readonly PolicyObject[]
}

async function readNamespace(
  client: KubeClient,
  { name, operatorNamespace, given }: { name: string; operatorNamespace: string; given: Common['given'] },
  notes: string[],
): Promise<Reading> {
  const { getNamespace, getPolicies } = await import('../explain/read-policies.ts')
  const facts = await getNamespace(client, name, notes).catch((error: unknown) => notThere(error, name, notes))
  const objects = await getPolicies(client, [name, operatorNamespace], notes)
  return { facts: { name, labels: { ...facts.labels, ...given.get(name) } }, objects }
}

function notThere(error: unknown, name: string, notes: string[]): NamespaceFacts {
  if (!(error instanceof M2MError && error.code === 'CLUSTER_REFUSED')) throw error
  notes.push(`namespace ${name} is not there yet`)
  return { name, labels: { 'kubernetes.io/metadata.name': name } }
}

function contextOf(
  pod: RawPod,
  namespace: NamespaceFacts,
  known: { objects: readonly PolicyObject[]; operatorNamespace: string; settings: SidecarSettings },
): InjectContext {
  const labels = pod.metadata?.labels ?? {}
  const { winner, losers } = explainPod(known.objects, { namespace, labels }, known.operatorNamespace)
  const matching = winner === undefined ? [] : [winner, ...losers.map(({ policy }) => policy)]
  const policy = winner === undefined ? undefined : specInForce(matching.map(({ spec }) => spec))
  return { namespace, policy, settings: known.settings, releaseNamespace: known.operatorNamespace }
}

function withImage(settings: SidecarSettings, image: string | undefined): SidecarSettings {
  return image === undefined ? settings : { ...settings, image }
}

/** What checks of policies, bundles and pods need of a cluster: small facts, read once. */

import {
  acceptPolicy,
  BUNDLE_INDEX,
  type BundleIndex,
  type ClusterPolicy,
  isRefused,
  LABELS,
  type Labels,
  type NamespaceFacts,
  policiesOf,
  readBundleIndex,
} from '../../core/policy/documents.ts'
import type { KubeClient } from '../../kube/index.ts'
import type { StoredPolicy } from '../explain/read-policies.ts'
import { type Look, lookAtAll } from './look.ts'

export interface Known {
  /** Undefined: they may not be listed. */
  readonly namespaces: ReadonlyMap<string, Labels> | undefined
  readonly policies: Look<readonly StoredPolicy[]>
  readonly bundles: Look<ReadonlyMap<string, BundleFacts>>
  /** The policies in question for a namespace, by precedence; undefined where they are not known. */
  policiesFor(namespace: string): readonly ClusterPolicy[] | undefined
}

/** Of the namespace's ConfigMap. */
export type BundleFacts = BundleIndex | { readonly fault: string }

export interface Scope {
  readonly operatorNamespace: string
  /** Undefined: all namespaces. Else this one, and of others only what concerns it. */
  readonly only: string | undefined
}

/** @throws M2MError CLUSTER_UNREACHABLE, CLUSTER_REFUSED */
export async function readKnown(client: KubeClient, { operatorNamespace, only }: Scope): Promise<Known> {
  const namespaces = await readNamespaces(client)
  const policies = await readPolicies(client, only === undefined ? undefined : [only, operatorNamespace])
  const bundles = await readBundles(client, only)
  const accepted =
    policies.state === 'found'
      ? policies.value.flatMap((object) => {
          const each = acceptPolicy(object, operatorNamespace)
          return isRefused(each) ? [] : [each]
        })
      : undefined
  const byNamespace = new Map<string, readonly ClusterPolicy[]>()
  return {
    namespaces,
    policies,
    bundles,
    policiesFor(name) {
      const labels = namespaces?.get(name)
      if (accepted === undefined || labels === undefined) return undefined
      const facts: NamespaceFacts = { name, labels }
      const ordered = byNamespace.get(name) ?? policiesOf(facts, accepted)
      byNamespace.set(name, ordered)
      return ordered
    },
  }
}

interface Named {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels }
}

async function readNamespaces(client: KubeClient): Promise<ReadonlyMap<string, Labels> | undefined> {
  const found = new Map<string, Labels>()
  const seen = await lookAtAll<Named>(
    client,
    { path: '/api/v1/namespaces' },
    {
      begin: () => found.clear(),
      take: (items) => {
        for (const { metadata } of items) found.set(metadata.name, metadata.labels ?? {})
      },
    },
  )
  return seen.state === 'found' ? found : undefined
}

/** @param namespaces undefined: all */
async function readPolicies(
  client: KubeClient,
  namespaces: readonly string[] | undefined,
): Promise<Look<readonly StoredPolicy[]>> {
  const places = namespaces === undefined ? [''] : [...new Set(namespaces)].map((name) => `/namespaces/${name}`)
  const all: StoredPolicy[] = []
  for (const place of places) {
    const found: StoredPolicy[] = []
    const path = `/apis/m2m.io/v1alpha1${place}/m2mpolicies`
    const begin = (): void => void found.splice(0)
    const seen = await lookAtAll<StoredPolicy>(client, { path }, { begin, take: (items) => void found.push(...items) })
    if (seen.state !== 'found') return seen
    all.push(...found)
  }
  return { state: 'found', value: all }
}

interface ConfigMap extends Named {
  readonly data?: Readonly<Record<string, string>>
}

/** Each may take a megabyte, and a page of them is in memory at once. */
const BUNDLES_AT_ONCE = 5

async function readBundles(
  client: KubeClient,
  only: string | undefined,
): Promise<Look<ReadonlyMap<string, BundleFacts>>> {
  const found = new Map<string, BundleFacts>()
  const path = only === undefined ? '/api/v1/configmaps' : `/api/v1/namespaces/${only}/configmaps`
  const seen = await lookAtAll<ConfigMap>(
    client,
    { path, query: { labelSelector: `${LABELS.bundle}=true` }, limit: BUNDLES_AT_ONCE },
    {
      begin: () => found.clear(),
      take: (items) => {
        for (const { metadata, data = {} } of items) found.set(metadata.namespace ?? '', factsOf(data[BUNDLE_INDEX]))
      },
    },
  )
  return seen.state === 'found' ? { state: 'found', value: found } : seen
}

function factsOf(index: string | undefined): BundleFacts {
  if (index === undefined) return { fault: `has no ${BUNDLE_INDEX}` }
  const read = readBundleIndex(index)
  return typeof read === 'string' ? { fault: `its ${BUNDLE_INDEX} ${read}` } : read
}

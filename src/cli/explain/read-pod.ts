/** Reads from the API server what an explanation of a pod asks: the pod, its namespace, its bundle, policies, its sidecar. */

import { M2MError } from '../../core/errors.ts'
import type { RawPodSpec } from '../../core/inject/injection.ts'
import type { MadePod } from '../../core/injected/made-with.ts'
import { type PodWithStatus, sidecarTrouble } from '../../core/injected/sidecar-trouble.ts'
import {
  ANNOTATIONS,
  adminPortOf,
  BUNDLE_INDEX,
  BUNDLE_NAME,
  firstMatch,
  type Labels,
  type NamespaceFacts,
  OPERATOR_NAMESPACE,
  type PodPorts,
  type RunningPolicy,
  readBundleIndex,
  runningPolicy,
  SIDECAR_NAME,
} from '../../core/policy/documents.ts'
import { type KubeClient, KubeError } from '../../kube/index.ts'
import { didYouMean } from '../usage.ts'
import { explainKubeError } from './cluster.ts'
import { type InjectionFacts, injectionOf, isMissing, type StoredPod } from './injection.ts'
import { readInjector } from './read-injector.ts'
import { getNamespace, getPolicies, type StoredPolicy } from './read-policies.ts'
import type { BundleState, PodState, Unreachable } from './verdict.ts'

export interface PodReading {
  readonly namespace: NamespaceFacts
  readonly labels: Labels
  readonly policies: readonly StoredPolicy[]
  readonly operatorNamespace: string
  readonly state: PodState
  /** What could not be read, so that the explanation may lack policies. */
  readonly notes: readonly string[]
}

export interface PodName {
  readonly namespace: string
  readonly name: string
}

/**
 * @param operatorNamespace undefined: the one whose policies are in the bundle, else `OPERATOR_NAMESPACE`
 * @throws M2MError NO_SUCH_POD, CLUSTER_REFUSED, CLUSTER_UNREACHABLE
 */
export async function readPod(
  client: KubeClient,
  pod: PodName,
  operatorNamespace: string | undefined,
): Promise<PodReading> {
  const raw = await getPod(client, pod)
  const { labels = {}, annotations = {} } = raw.metadata
  const data = await getBundle(client, pod.namespace)
  const operator = operatorNamespace ?? operatorOf(data, pod.namespace) ?? OPERATOR_NAMESPACE
  const notes: string[] = []
  const namespace = await getNamespace(client, pod.namespace, notes)
  const injection = await readInjection(client, raw, { namespace, operatorNamespace: operator })
  return {
    namespace,
    labels,
    policies: await getPolicies(client, [pod.namespace, operator], notes),
    operatorNamespace: operator,
    state: {
      namespace: pod.namespace,
      injection,
      trouble: sidecarTrouble(raw),
      made: { annotations, resources: resourcesOf(raw) },
      pendingResize: raw.status?.conditions?.find(({ type }) => type === 'PodResizePending')?.message,
      bundleVersion: numberOf(annotations[ANNOTATIONS.bundleVersion]),
      bundle: bundleState(data, labels),
      running: injection.isInjected ? await askSidecar(client, pod, raw) : { problem: 'it has none' },
    },
    notes,
  }
}

interface PodObject extends StoredPod {
  readonly spec?: RawPodSpec & PodPorts
  readonly metadata: StoredPod['metadata'] & PodWithStatus['metadata']
  readonly status?: PodWithStatus['status'] & {
    readonly phase?: string
    readonly conditions?: readonly { readonly type: string; readonly message?: string }[]
  }
}

async function readInjection(
  client: KubeClient,
  pod: PodObject,
  place: Pick<InjectionFacts, 'namespace' | 'operatorNamespace'>,
) {
  const injector = isMissing(pod, place.namespace) ? await readInjector(client) : undefined
  return injectionOf({ pod, ...place, injector })
}

async function getPod(client: KubeClient, { namespace, name }: PodName): Promise<PodObject> {
  try {
    return await client.get<PodObject>(`/api/v1/namespaces/${namespace}/pods/${name}`)
  } catch (error) {
    if (!(error instanceof KubeError && error.status === 404))
      throw explainKubeError(error, `reading pod ${namespace}/${name}`)
    const guess = didYouMean(name, await podNames(client, namespace))
    throw new M2MError(`namespace ${namespace} has no pod ${JSON.stringify(name)}${guess}`, {
      code: 'NO_SUCH_POD',
      cause: error,
    })
  }
}

/** For a suggestion only: none where they cannot be listed. */
async function podNames(client: KubeClient, namespace: string): Promise<string[]> {
  try {
    const { items } = await client.get<List>(`/api/v1/namespaces/${namespace}/pods`, { limit: 500 })
    return items.map(({ metadata }) => metadata.name)
  } catch {
    return []
  }
}

interface List {
  readonly items: readonly StoredPolicy[]
}

/** The files of the bundle; undefined: there is none. */
async function getBundle(client: KubeClient, namespace: string): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    const path = `/api/v1/namespaces/${namespace}/configmaps/${BUNDLE_NAME}`
    const { data = {} } = await client.get<{ data?: Readonly<Record<string, string>> }>(path)
    return data
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return undefined
    throw explainKubeError(error, `reading ConfigMap ${namespace}/${BUNDLE_NAME}`)
  }
}

/** Files are named `{namespace}.{name}.json`, and a namespace has no dot: only the operator's is not the pod's own. */
function operatorOf(data: Readonly<Record<string, string>> | undefined, own: string): string | undefined {
  const spaces = Object.keys(data ?? {}).flatMap((key) => (key === BUNDLE_INDEX ? [] : (key.split('.')[0] ?? [])))
  return spaces.find((space) => space !== own)
}

function bundleState(data: Readonly<Record<string, string>> | undefined, labels: Labels): BundleState {
  if (data === undefined) return { state: 'missing' }
  const index = data[BUNDLE_INDEX]
  if (index === undefined) return { state: 'unreadable', message: 'is not there' }
  const read = readBundleIndex(index)
  if (typeof read === 'string') return { state: 'unreadable', message: read }
  const entry = firstMatch(read.entries, labels)
  return { state: 'read', version: read.version, entry: entry && { key: entry.key, hash: entry.hash } }
}

function resourcesOf({ spec = {} }: PodObject): MadePod['resources'] {
  const all = [...(spec.initContainers ?? []), ...(spec.containers ?? [])]
  return all.find(({ name }) => name === SIDECAR_NAME)?.['resources'] as MadePod['resources']
}

/** By the proxy of the API server: the pod's network need not be reachable from here. */
async function askSidecar(client: KubeClient, pod: PodName, raw: PodObject): Promise<RunningPolicy | Unreachable> {
  const phase = raw.status?.phase ?? 'Unknown'
  if (phase !== 'Running') return { problem: `the pod is ${phase}` }
  const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}:${adminPortOf(raw.spec)}/proxy/metrics`
  try {
    const metrics = await client.request<string>({ method: 'GET', path, isText: true, maxWaitMs: 0 })
    return runningPolicy(metrics) ?? { problem: 'its metrics have no m2m_policy_info' }
  } catch (error) {
    if (error instanceof KubeError) return { problem: error.message }
    throw error
  }
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,4}$/.test(text) ? Number(text) : undefined
}

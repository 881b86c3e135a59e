/** The pod templates in an object of a manifest, by the kinds that Kubernetes itself makes pods of. */

import type { OwnerReference, RawPod } from '../../core/inject/injection.ts'

export interface Workload {
  /** `deployment/api`, as kubectl says it. */
  readonly id: string
  /** Undefined: the object names none. */
  readonly namespace: string | undefined
  /** Who makes the pods, as their own metadata name it; undefined: it is a pod itself. */
  readonly owner: OwnerReference | undefined
  /** To the template, which has `metadata` and `spec` as a pod has. */
  readonly path: readonly (string | number)[]
  readonly pod: RawPod
  /** Names of volumes that a StatefulSet puts into its pods, in the place of the template's of these names. */
  readonly claims: readonly string[]
}

const TEMPLATE = ['spec', 'template']

/** By API group and kind: a `Job` of another group is another thing. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  '/Pod': [],
  '/ReplicationController': TEMPLATE,
  'apps/Deployment': TEMPLATE,
  'apps/ReplicaSet': TEMPLATE,
  'apps/StatefulSet': TEMPLATE,
  'apps/DaemonSet': TEMPLATE,
  'batch/Job': TEMPLATE,
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
}

/** `kubectl get -o yaml` makes one List, and no API server a List in it. */
const MAX_LISTS = 3

/** @returns nothing for objects that make no pods, which stay as they are */
export function workloadsIn(value: unknown, path: readonly (string | number)[] = []): Workload[] {
  const items = member(value, 'items')
  if (Array.isArray(items) && String(member(value, 'kind')).endsWith('List')) {
    return path.length < 2 * MAX_LISTS ? items.flatMap((item, at) => workloadsIn(item, [...path, 'items', at])) : []
  }
  const below = TEMPLATES[`${groupOf(member(value, 'apiVersion'))}/${member(value, 'kind')}`]
  const template = below?.reduce(member, value)
  if (below === undefined || !isObject(template) || !isObject(template['spec'])) return []
  return [{ ...named(value), path: [...path, ...below], pod: template as RawPod, claims: claimsOf(value) }]
}

function claimsOf(value: unknown): readonly string[] {
  const templates = member(member(value, 'spec'), 'volumeClaimTemplates')
  const names = Array.isArray(templates) ? templates.map((each) => member(member(each, 'metadata'), 'name')) : []
  return names.filter((name) => typeof name === 'string')
}

/** Objects of other makers with the template of a pod (`rollout.argoproj.io/web`): what they do with it is not known here. */
export function strangersIn(value: unknown): string[] {
  const items = member(value, 'items')
  if (Array.isArray(items)) return items.flatMap(strangersIn)
  const group = groupOf(member(value, 'apiVersion'))
  const kind = String(member(value, 'kind'))
  const containers = [...TEMPLATE, 'spec', 'containers'].reduce(member, value)
  if (!Array.isArray(containers) || Object.hasOwn(TEMPLATES, `${group}/${kind}`)) return []
  return [`${kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${nameOf(member(value, 'metadata'))}`]
}

/** The labels of the namespaces that the object is, or holds: they come with the workloads. */
export function namespacesIn(value: unknown): { readonly name: string; readonly labels: Record<string, string> }[] {
  const items = member(value, 'items')
  if (Array.isArray(items)) return items.flatMap(namespacesIn)
  const metadata = member(value, 'metadata')
  const name = member(metadata, 'name')
  if (member(value, 'kind') !== 'Namespace' || typeof name !== 'string') return []
  return [{ name, labels: (member(metadata, 'labels') ?? {}) as Record<string, string> }]
}

/** `apps` of `apps/v1`; nothing of `v1`. */
function groupOf(apiVersion: unknown): string {
  const [group = '', version] = String(apiVersion).split('/')
  return version === undefined ? '' : group
}

function named(value: unknown): Pick<Workload, 'id' | 'namespace' | 'owner'> {
  const metadata = member(value, 'metadata')
  const name = nameOf(metadata)
  const namespace = member(metadata, 'namespace')
  const [apiVersion, kind] = [String(member(value, 'apiVersion')), String(member(value, 'kind'))]
  return {
    id: `${kind.toLowerCase()}/${name}`,
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : undefined,
    owner: kind === 'Pod' ? undefined : { apiVersion, kind, name, uid: '', controller: true },
  }
}

function nameOf(metadata: unknown): string {
  return String(member(metadata, 'name') ?? member(metadata, 'generateName') ?? '')
}

function member(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

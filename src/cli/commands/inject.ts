/** `m2m inject`. */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type ErrorCode, M2MError } from '../../core/errors.ts'
import { type AddOperation, type Injection, injectPod } from '../../core/inject/index.ts'
import { listOf } from '../../core/inject/patch.ts'
import { type Labels, OPERATOR_NAMESPACE } from '../../core/policy/documents.ts'
import { isPolicyFile } from '../../core/policy/index.ts'
import { defineCommand, type Values } from '../command.ts'
import type { Edit } from '../inject/apply.ts'
import { type ManifestDocument, readManifest } from '../inject/manifest.ts'
import { askCluster, askFiles, type Source } from '../inject/source.ts'
import { namespacesIn, strangersIn, type Workload, workloadsIn } from '../inject/workloads.ts'
import { attempt, readInput, textOf } from '../input.ts'
import { labelsOf } from '../options/labels.ts'
import { print, printMessage } from '../output.ts'
import { usageError } from '../usage.ts'

const OPTIONS = {
  filename: {
    type: 'string',
    short: 'f',
    value: 'FILE',
    isRepeatable: true,
    about: 'a manifest, or a folder of them; `-` for standard input; may be given again',
  },
  policy: {
    type: 'string',
    value: 'FILE',
    isRepeatable: true,
    about: 'ask files of policies instead of a cluster; `-` for none; may be given again',
  },
  'namespace-labels': { type: 'string', value: 'A=B,...', about: 'with --policy: those of the namespace' },
  namespace: {
    type: 'string',
    short: 'n',
    value: 'NAME',
    about: 'of objects that name none',
    otherwise: "the context's",
  },
  image: { type: 'string', value: 'IMAGE', about: 'of the sidecar', otherwise: "the injector's" },
  kubeconfig: { type: 'string', value: 'FILE', about: 'the kubeconfig', otherwise: 'as kubectl finds it' },
  context: { type: 'string', value: 'NAME', about: 'its context', otherwise: 'the current one' },
  'operator-namespace': {
    type: 'string',
    value: 'NAME',
    about: 'where the injector and policies of the whole cluster stand',
    otherwise: OPERATOR_NAMESPACE,
  },
} as const

/** More than any API server takes in one request. */
const MAX_BYTES = 32 * 1024 * 1024

export const inject = defineCommand({
  operands: '',
  about: [
    'Prints manifests with the sidecar in their pods, as the injector of the cluster makes',
    'them: Pods, Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs, CronJobs,',
    'ReplicationControllers, and Lists of these. All else stays as it is, comments too.',
    'Settings and policies are those of the cluster; with --policy they are those of files.',
    'What is not injected, and why, goes to standard error.',
    'Exit code 0 when every workload that asks for a sidecar gets one, 1 when one cannot have',
    'it or none asks, 2 when the input cannot be read.',
  ].join('\n'),
  options: OPTIONS,
  examples: [
    'm2m inject -f deployment.yaml | kubectl diff -f -',
    'm2m inject -f k8s/ --policy policies/all.yaml --namespace-labels m2m.io/inject=true',
    'helm template shop | m2m inject -f - --policy -',
  ],
  async run({ values }) {
    try {
      const documents = await readAll(values.filename ?? [])
      const source = await sourceOf(values, documents)
      return await injectAll(documents, source).finally(() => source.close())
    } catch (error) {
      if (!(error instanceof M2MError && UNREADABLE.has(error.code))) throw error
      printMessage(`m2m: ${error.message}`)
      return 2
    }
  },
})

/** Elsewhere these end with 1, which says here that a workload has no sidecar. */
const UNREADABLE: ReadonlySet<ErrorCode> = new Set(['FILE_UNREADABLE', 'BODY_TOO_LARGE'])

/** @throws M2MError USAGE, FILE_UNREADABLE, BODY_TOO_LARGE, MANIFEST_INVALID */
async function readAll(paths: readonly string[]): Promise<ManifestDocument[]> {
  if (paths.length === 0) throw usageError('missing flag: -f FILE')
  const documents: ManifestDocument[] = []
  for (const file of paths.flatMap(filesOf)) {
    documents.push(...readManifest(file, textOf(file, await readInput(file, MAX_BYTES))))
  }
  return documents
}

function filesOf(path: string): string[] {
  if (path === '-' || !attempt('read', path, () => statSync(path)).isDirectory()) return [path]
  const names = attempt('read', path, () => readdirSync(path)).filter(isPolicyFile)
  if (names.length > 0) return names.sort().map((name) => join(path, name))
  throw new M2MError(`${path} holds no manifest (*.yaml, *.yml, *.json)`, { code: 'FILE_UNREADABLE' })
}

async function sourceOf(values: Values<typeof OPTIONS>, documents: readonly ManifestDocument[]): Promise<Source> {
  const { namespace, image, kubeconfig, context, policy: policies, 'namespace-labels': labels } = values
  const found = documents.flatMap(({ value }) => namespacesIn(value))
  const given = new Map<string, Labels>(found.map((each) => [each.name, each.labels]))
  const common = { namespace, image, given, operatorNamespace: values['operator-namespace'] }
  if (policies === undefined) {
    if (labels !== undefined) throw usageError('--namespace-labels goes with --policy: a cluster knows its namespaces')
    return askCluster({ ...common, kubeconfig, context })
  }
  if (kubeconfig !== undefined || context !== undefined) throw usageError('--policy asks files, and no cluster')
  const files = policies.filter((file) => file !== '-')
  return askFiles({ ...common, policies: files, namespaceLabels: labelsOf('--namespace-labels', labels ?? '-') })
}

async function injectAll(documents: readonly ManifestDocument[], source: Source): Promise<number> {
  const results: Injection['result'][] = []
  for (const [index, document] of documents.entries()) {
    const edits: Edit[] = []
    for (const workload of workloadsIn(document.value)) {
      const injection = await injectOne(workload, source)
      results.push(injection.result)
      edits.push({ path: workload.path, operations: operationsOf(workload, injection) })
      for (const line of linesOf(workload, injection)) printMessage(line)
    }
    for (const id of strangersIn(document.value)) {
      printMessage(`${id}: left as it is: what makes its pods is not known here; the webhook gives them their sidecar`)
    }
    if (index > 0) print('---')
    print(document.print(edits).trimEnd())
  }
  for (const note of source.notes) printMessage(`note: ${note}`)
  return exitCode(results)
}

function exitCode(results: readonly Injection['result'][]): number {
  if (results.includes('skipped')) return 1
  if (results.includes('injected')) return 0
  printMessage('no workload asks for a sidecar')
  return 1
}

/** The pod is asked about as its controller will make it. */
async function injectOne({ pod, namespace, owner, claims }: Workload, source: Source): Promise<Injection> {
  const name = namespace ?? source.namespace
  const metadata = { ...pod.metadata, namespace: name, ...(owner && { ownerReferences: [owner] }) }
  const volumes = [...listOf(pod.spec?.volumes), ...claims.map((claim) => ({ name: claim, persistentVolumeClaim: {} }))]
  const made = { ...pod, metadata, ...(claims.length > 0 && { spec: { ...pod.spec, volumes } }) }
  return injectPod(made, await source.contextFor(made, name))
}

/** A template may have no metadata, and a pod always has. Volumes of claims are not in the template. */
function operationsOf({ pod, claims }: Workload, injection: Injection): readonly AddOperation[] {
  if (injection.result === 'not-asked') return []
  const whole = isPresent(pod.metadata) ? [] : [{ op: 'add', path: '/metadata', value: {} } as const]
  const isWithoutVolumes = injection.result === 'injected' && claims.length > 0 && !isPresent(pod.spec?.volumes)
  const volumes = isWithoutVolumes ? [{ op: 'add', path: '/spec/volumes', value: [] } as const] : []
  return [...whole, ...volumes, ...injection.patch]
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null
}

function linesOf({ id }: Workload, injection: Injection): string[] {
  if (injection.result === 'not-asked') return [`${id}: does not ask: ${injection.message}`]
  if (injection.result === 'skipped') return [`${id}: not injected: ${injection.reason}: ${injection.message}`]
  const said = injection.patch.length === 0 ? 'has its sidecar already' : 'injected'
  return [`${id}: ${said}`, ...injection.notes.map(({ reason, message }) => `${id}: note: ${reason}: ${message}`)]
}

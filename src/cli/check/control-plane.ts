/** The API server and what of M2M runs in the cluster: its definition, its two Deployments, their leases. */

import { M2MError } from '../../core/errors.ts'
import { fieldPaths, policyFieldPaths } from '../../core/policy/documents.ts'
import type { KubeClient } from '../../kube/index.ts'
import { type Finding, findingsOf, someOf } from './finding.ts'
import { look } from './look.ts'

/** Since then an init container may stay, on by default. */
const NATIVE_SIDECARS = 29

interface Version {
  readonly gitVersion: string
  readonly minor: string
}

/** @throws M2MError CLUSTER_REFUSED where something else answers, and KubeError */
export async function checkApiServer(client: KubeClient): Promise<Finding> {
  const { ok, warning } = findingsOf('API server')
  const { gitVersion, minor = '' } = (await client.get<Partial<Version> | null>('/version')) ?? {}
  if (typeof gitVersion !== 'string') {
    const message =
      'what answers is no API server of Kubernetes: GET /version tells no gitVersion; check the kubeconfig'
    throw new M2MError(message, { code: 'CLUSTER_REFUSED' })
  }
  if (Number.parseInt(minor, 10) >= NATIVE_SIDECARS) return ok(`Kubernetes ${gitVersion}`)
  return warning(`Kubernetes ${gitVersion} has no native sidecars`, 'set M2M_INJECTOR_SIDECAR_MODE=Classic')
}

interface Definition {
  readonly spec: {
    readonly versions: readonly {
      readonly schema?: { readonly openAPIV3Schema?: { readonly properties?: Readonly<Record<string, object>> } }
    }[]
  }
}

const DEFINITION = 'customresourcedefinitions/m2mpolicies.m2m.io'

export async function checkDefinition(client: KubeClient): Promise<Finding> {
  const { ok, warning, failed, unknown } = findingsOf('definition')
  const found = await look<Definition>(client, `/apis/apiextensions.k8s.io/v1/${DEFINITION}`)
  if (found.state === 'unseen') return unknown(found.why)
  if (found.state === 'missing') {
    return failed(
      'the cluster does not know M2MPolicy',
      'install the chart m2m-crds, or the chart m2m with crds.enabled',
    )
  }
  const spec = found.value.spec.versions[0]?.schema?.openAPIV3Schema?.properties?.['spec'] ?? {}
  const there = fieldPaths(spec, 'spec')
  const ours = policyFieldPaths()
  const missing = ours.filter((path) => !there.includes(path))
  const more = there.filter((path) => !ours.includes(path))
  if (missing.length > 0) {
    const message = `M2MPolicy of the cluster is older than this program: without ${someOf(missing)}`
    return warning(message, 'upgrade the chart that installs it: what it does not know is dropped from policies')
  }
  if (more.length === 0) return ok(`M2MPolicy has the ${ours.length} fields of this version`)
  return warning(`M2MPolicy of the cluster is newer than this program: with ${someOf(more)}`, 'use its version of m2m')
}

interface Variable {
  readonly name: string
  readonly value?: string
}

interface Deployment {
  readonly spec: {
    readonly replicas?: number
    readonly template?: { readonly spec?: { readonly containers?: readonly { readonly env?: readonly Variable[] }[] } }
  }
  readonly status?: { readonly availableReplicas?: number }
}

export type Part = 'operator' | 'injector'

/** The Deployment of the operator or the injector. */
export async function checkDeployment(client: KubeClient, part: Part, namespace: string): Promise<Finding> {
  const { ok, warning, failed, unknown } = findingsOf(part)
  const name = `m2m-${part}`
  const found = await look<Deployment>(client, `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`)
  if (found.state === 'unseen') return unknown(found.why)
  if (found.state === 'missing') {
    return failed(`namespace ${namespace} has no Deployment ${name}`, '--operator-namespace NAME says where it is')
  }
  const { replicas = 1 } = found.value.spec
  const { availableReplicas = 0 } = found.value.status ?? {}
  const message = `${availableReplicas} of ${replicas} replicas of ${namespace}/${name} are available`
  if (replicas === 0) return failed(message, `kubectl scale deployment -n ${namespace} ${name} --replicas=2`)
  if (availableReplicas === 0)
    return failed(message, `kubectl describe pods -n ${namespace} -l app.kubernetes.io/name=${name}`)
  if (availableReplicas < replicas) return warning(message, `kubectl get pods -n ${namespace}`)
  return ok(message)
}

interface Lease {
  readonly spec?: {
    readonly holderIdentity?: string
    readonly renewTime?: string
    readonly leaseDurationSeconds?: number
  }
}

/** @param nowMs by our clock, which may differ from that of the holder */
export async function checkLease(
  client: KubeClient,
  { part, namespace, nowMs }: { part: Part; namespace: string; nowMs: number },
): Promise<Finding> {
  const { ok, failed, unknown } = findingsOf(`${part} lease`)
  const name = `m2m-${part}`
  const found = await look<Lease>(client, `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`)
  if (found.state === 'unseen') return unknown(found.why)
  const logs = `kubectl logs -n ${namespace} deployment/${name}`
  const {
    holderIdentity,
    renewTime = '',
    leaseDurationSeconds = 15,
  } = found.state === 'found' ? (found.value.spec ?? {}) : {}
  if (!holderIdentity) {
    if (await takesFiles(client, namespace, name)) return ok('certificates come from files: nobody has to lead')
    return failed(`no replica of ${name} holds the Lease ${namespace}/${name}`, logs)
  }
  const ageMs = nowMs - Date.parse(renewTime)
  // Clocks differ by seconds, and a dead holder is dead for longer than that.
  if (ageMs > 2 * leaseDurationSeconds * 1_000 + CLOCKS_MS) {
    const message = `${holderIdentity} has not renewed its lease since ${renewTime}`
    return failed(`${message}: nobody writes`, `${logs}; or this machine's clock is wrong`)
  }
  return ok(`${holderIdentity} leads`)
}

/** An injector with certificates of others has nothing that only one replica may do. */
async function takesFiles(client: KubeClient, namespace: string, name: string): Promise<boolean> {
  const found = await look<Deployment>(client, `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`)
  if (found.state !== 'found') return false
  const env = found.value.spec.template?.spec?.containers?.flatMap((container) => container.env ?? []) ?? []
  return env.some(({ name: variable, value }) => variable === 'M2M_INJECTOR_TLS_MODE' && value === 'Files')
}

const CLOCKS_MS = 30_000

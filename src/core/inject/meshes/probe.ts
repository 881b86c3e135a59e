/**
 * How the kubelet asks whether the sidecar has started. By HTTP it comes to the pod's address, and a mesh turns that
 * connection to its own proxy: which may not run before us, may want mutual TLS, or has been told to ask in the
 * kubelet's place. Each of them keeps the pod from starting. A command in our container asks by loopback, which no mesh
 * turns. It costs 30 ms of CPU and 47 MB for as long as it runs, so it is for pods of a mesh alone.
 */

import { type NamespaceFacts, SIDECAR_NAME } from '../../policy/documents.ts'
import type { RawContainer, RawPod } from '../injection.ts'
import { listOf } from '../patch.ts'
import { roleOf } from './containers.ts'

/** Whether connections to the pod's address may end at a mesh's proxy: one is in the pod, or is to come. */
export function isCaptured(pod: RawPod, namespace: NamespaceFacts): boolean {
  const isThere = [...listOf(pod.spec?.initContainers), ...listOf(pod.spec?.containers)].some(({ name }) => {
    const role = roleOf(name)
    return role !== undefined && role !== 'Helper'
  })
  return isThere || isIstioExpected(pod, namespace) || isLinkerdExpected(pod)
}

/**
 * The `exec` of a probe that asks a path of the sidecar's admin port: exit code 0 for 200.
 * @param path starts with a slash
 */
export function execProbe(port: number, path: string): { readonly command: readonly string[] } {
  const url = JSON.stringify(`http://127.0.0.1:${port}${path}`)
  const script = `require('http').get(${url},(r)=>process.exit(r.statusCode===200?0:1)).on('error',()=>process.exit(1))`
  return { command: ['/nodejs/bin/node', '-e', script] }
}

/**
 * What takes the place of the probes of a sidecar that has been put into a pod before its mesh was: by member, what is
 * wanted, or null for none. Empty where no probe has to go.
 * @param there the container as it stands
 * @param wanted as it would be made now
 */
export function turnedBack(there: RawContainer, wanted: RawContainer): Readonly<Record<string, unknown>> {
  const isByCommand = (wanted['startupProbe'] as Probe | undefined)?.exec !== undefined
  const members = isByCommand ? PROBES.filter((member) => isAskedByHttp(there[member] as Probe | undefined)) : []
  return Object.fromEntries(members.map((member) => [member, wanted[member] ?? null]))
}

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const

interface Probe {
  readonly exec?: unknown
  readonly httpGet?: { readonly path?: string }
}

/** Ours, or what Istio has made of it: `/app-health/m2m-proxy/startupz`. A user's own question is another path. */
const ASKED_BY_HTTP = new RegExp(`^/(readyz|livez|startupz|app-health/${SIDECAR_NAME}/[a-z]+)$`)

function isAskedByHttp(probe: Probe | undefined): boolean {
  return ASKED_BY_HTTP.test(probe?.httpGet?.path ?? '')
}

/** As its webhooks select pods: the pod's say first, then the namespace's. Ambient mode turns no probe. */
function isIstioExpected({ metadata }: RawPod, namespace: NamespaceFacts): boolean {
  const say = metadata?.labels?.['sidecar.istio.io/inject'] ?? metadata?.annotations?.['sidecar.istio.io/inject']
  if (say === 'true' || say === 'false') return say === 'true'
  if (metadata?.labels?.['istio.io/rev'] !== undefined) return true
  return namespace.labels['istio-injection'] === 'enabled' || namespace.labels['istio.io/rev'] !== undefined
}

/** A namespace says it by an annotation, which we do not see; its webhook runs before ours, so that its proxy is there. */
function isLinkerdExpected({ metadata }: RawPod): boolean {
  const say = metadata?.annotations?.['linkerd.io/inject']
  return say === 'enabled' || say === 'ingress'
}

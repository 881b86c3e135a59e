/**
 * What other injectors make of a pod, as far as it matters to ours: names, order, ports, probes, annotations. Facts from
 * istio/istio@86c9f01 (pkg/kube/inject), linkerd/linkerd2@b24cd40 (charts/patch), dapr/dapr@d845074 (pkg/injector),
 * hashicorp/vault-k8s@fbc5b1f (agent-inject) and open-telemetry/opentelemetry-operator@be89444. Each may be asked again.
 */

import type { RawContainer, RawPod } from '../../../../src/core/inject/injection.ts'

export type Injector = (pod: RawPod) => RawPod

export interface IstioMode {
  readonly isNative?: boolean
  /** The node's plug-in has turned the connections before any container runs. */
  readonly hasCni?: boolean
  readonly holdsApplication?: boolean
}

/** Its webhook takes its own containers out before it puts them in anew, and turns probes of all others to its agent. */
export function istio({ isNative = false, hasCni = false, holdsApplication = false }: IstioMode = {}): Injector {
  const setup = hasCni ? named('istio-validation', ISTIO_VALIDATION) : named('istio-init', ISTIO_INIT)
  const proxy = named('istio-proxy', { ...ISTIO_PROXY, ...(isNative && NATIVE_ISTIO) })
  return (pod) => {
    const inits = without(initsOf(pod), 'istio-init', 'istio-validation', 'istio-proxy').map(askedByAgent)
    const apps = without(containersOf(pod), 'istio-proxy').map(askedByAgent)
    const [first] = apps
    const initContainers = isNative ? [setup, proxy, ...inits] : hasCni ? [setup, ...inits] : [...inits, setup]
    const containers = isNative ? apps : holdsApplication ? [proxy, ...apps] : [...apps, proxy]
    const named = { 'kubectl.kubernetes.io/default-container': first?.name ?? '', ...pod.metadata?.annotations }
    const status = JSON.stringify({ initContainers: [setup.name], containers: [proxy.name] })
    return {
      ...pod,
      metadata: { ...pod.metadata, annotations: { ...named, 'sidecar.istio.io/status': status } },
      spec: { ...pod.spec, initContainers, containers },
    }
  }
}

export interface LinkerdMode {
  readonly isNative?: boolean
  readonly hasCni?: boolean
  readonly awaits?: boolean
}

/** Leaves a pod alone that has its proxy, or Istio's. */
export function linkerd({ isNative = true, hasCni = false, awaits = true }: LinkerdMode = {}): Injector {
  const setup = hasCni ? named('linkerd-network-validator', {}) : named('linkerd-init', LINKERD_INIT)
  const proxy = named('linkerd-proxy', { ...LINKERD_PROXY, ...(isNative && NATIVE_LINKERD) })
  return (pod) => {
    const names = [...initsOf(pod), ...containersOf(pod)].map(({ name }) => name)
    if (['linkerd-proxy', 'linkerd-init', 'istio-proxy', 'istio-init'].some((name) => names.includes(name))) return pod
    const inits = initsOf(pod)
    const apps = containersOf(pod)
    const classic = awaits ? [proxy, ...apps] : [...apps, proxy]
    return {
      ...pod,
      metadata: {
        ...pod.metadata,
        annotations: { ...pod.metadata?.annotations, 'linkerd.io/proxy-version': 'edge' },
      },
      spec: {
        ...pod.spec,
        initContainers: isNative ? [setup, proxy, ...inits] : [...inits, setup],
        containers: isNative ? apps : classic,
      },
    }
  }
}

/** Also gives variables to every container, ours too. */
export function dapr({ isNative = false }: { readonly isNative?: boolean } = {}): Injector {
  const daprd = named('daprd', { ports: [{ containerPort: 3500, name: 'dapr-http' }], ...(isNative && STAYS) })
  return (pod) => {
    if ([...initsOf(pod), ...containersOf(pod)].some(({ name }) => name === 'daprd')) return pod
    const apps = containersOf(pod).map((container) => ({
      ...container,
      env: [...(container.env ?? []), { name: 'DAPR_HTTP_PORT', value: '3500' }],
    }))
    const initContainers = isNative ? [...initsOf(pod), daprd] : initsOf(pod)
    return { ...pod, spec: { ...pod.spec, initContainers, containers: isNative ? apps : [...apps, daprd] } }
  }
}

/** Also mounts its volume into every container, ours too. */
export function vault({ isFirst = false }: { readonly isFirst?: boolean } = {}): Injector {
  return (pod) => {
    if (initsOf(pod).some(({ name }) => name === 'vault-agent-init')) return pod
    const mounted = (container: RawContainer): RawContainer => ({
      ...container,
      volumeMounts: [...mountsOf(container), { name: 'vault-secrets', mountPath: '/vault/secrets' }],
    })
    const inits = initsOf(pod).map(mounted)
    const agent = named('vault-agent-init', {})
    return {
      ...pod,
      spec: {
        ...pod.spec,
        initContainers: isFirst ? [agent, ...inits] : [...inits, agent],
        containers: [...containersOf(pod).map(mounted), named('vault-agent', {})],
        volumes: [...(pod.spec?.volumes ?? []), { name: 'vault-secrets' }],
      },
    }
  }
}

export function openTelemetry(): Injector {
  return (pod) => {
    if (containersOf(pod).some(({ name }) => name === 'otc-container')) return pod
    const agent = named('opentelemetry-auto-instrumentation-nodejs', {})
    return {
      ...pod,
      spec: {
        ...pod.spec,
        initContainers: [...initsOf(pod), agent],
        containers: [...containersOf(pod), named('otc-container', {})],
      },
    }
  }
}

const STAYS = { restartPolicy: 'Always' }

const ISTIO_INIT = {
  args: ['istio-iptables', '-p', '15001', '-z', '15006', '-u', '1337', '-m', 'REDIRECT', '-i', '*', '-b', '*'],
}

const ISTIO_VALIDATION = { args: [...ISTIO_INIT.args, '--run-validation', '--skip-rule-apply'] }

const ISTIO_READY = { httpGet: { path: '/healthz/ready', port: 15021 } }

const ISTIO_PROXY = {
  ports: [{ containerPort: 15090, name: 'http-envoy-prom', protocol: 'TCP' }],
  readinessProbe: ISTIO_READY,
}

const NATIVE_ISTIO = { ...STAYS, startupProbe: { ...ISTIO_READY, failureThreshold: 600, periodSeconds: 1 } }

const LINKERD_INIT = {
  args: ['--incoming-proxy-port', '4143', '--outgoing-proxy-port', '4140', '--proxy-uid', '2102'],
}

const LINKERD_PROXY = {
  ports: [
    { containerPort: 4143, name: 'linkerd-proxy' },
    { containerPort: 4191, name: 'linkerd-admin' },
  ],
}

const NATIVE_LINKERD = { ...STAYS, startupProbe: { httpGet: { path: '/ready', port: 4191 }, failureThreshold: 120 } }

const PATHS = { startupProbe: 'startupz', readinessProbe: 'readyz', livenessProbe: 'livez' }

/** `rewriteAppHTTPProbers`: in init containers too, whether the agent runs before them or not. */
function askedByAgent(container: RawContainer): RawContainer {
  const turned = Object.entries(PATHS).flatMap(([member, path]) => {
    const probe = container[member] as { httpGet?: unknown } | undefined
    if (probe?.httpGet === undefined) return []
    return [[member, { ...probe, httpGet: { path: `/app-health/${container.name}/${path}`, port: 15020 } }] as const]
  })
  return { ...container, ...Object.fromEntries(turned) }
}

function named(name: string, members: Readonly<Record<string, unknown>>): RawContainer {
  return { name, image: `registry.example/${name}:1`, ...members }
}

function without(containers: readonly RawContainer[], ...names: readonly string[]): RawContainer[] {
  return containers.filter(({ name }) => !names.includes(name))
}

function initsOf(pod: RawPod): readonly RawContainer[] {
  return pod.spec?.initContainers ?? []
}

function containersOf(pod: RawPod): readonly RawContainer[] {
  return pod.spec?.containers ?? []
}

function mountsOf(container: RawContainer): readonly unknown[] {
  return Array.isArray(container['volumeMounts']) ? container['volumeMounts'] : []
}

/** Each of them in each of its modes, by name. */
export const OTHERS: Readonly<Record<string, Injector>> = {
  istio: istio(),
  'istio, holding': istio({ holdsApplication: true }),
  'istio, CNI': istio({ hasCni: true }),
  'istio, native': istio({ isNative: true }),
  'istio, native, CNI': istio({ isNative: true, hasCni: true }),
  linkerd: linkerd(),
  'linkerd, CNI': linkerd({ hasCni: true }),
  'linkerd, classic': linkerd({ isNative: false }),
  'linkerd, classic, without await': linkerd({ isNative: false, awaits: false }),
  dapr: dapr(),
  'dapr, native': dapr({ isNative: true }),
  vault: vault(),
  'vault, first': vault({ isFirst: true }),
  openTelemetry: openTelemetry(),
}

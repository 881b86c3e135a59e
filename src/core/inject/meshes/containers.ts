/**
 * Containers that other injectors put into pods, by name, as their own sources write them
 * (docs/decisions/0010-beside-meshes.md). None of them is the application: its variables are not ours to change.
 */

/**
 * Proxy: takes the pod's connections, in and out. Setup: turns them to the proxy, which may not run yet.
 * Validator: waits until they are turned by the node's CNI plug-in. Helper: leaves the network alone.
 */
export type Role = 'Proxy' | 'Setup' | 'Validator' | 'Helper'

const ROLES: Readonly<Record<string, Role>> = {
  'istio-init': 'Setup',
  'istio-validation': 'Validator',
  'istio-proxy': 'Proxy',
  'enable-core-dump': 'Helper',
  'linkerd-init': 'Setup',
  'linkerd-network-validator': 'Validator',
  'linkerd-proxy': 'Proxy',
  'linkerd-debug': 'Helper',
  daprd: 'Helper',
  'vault-agent': 'Helper',
  'vault-agent-init': 'Helper',
  'otc-container': 'Helper',
}

/** One for each language: `opentelemetry-auto-instrumentation-nodejs`. */
const OPENTELEMETRY = /^opentelemetry-auto-instrumentation(-[a-z]+)?$/

/** What another injector's container does; undefined: it is the user's. */
export function roleOf(name: string): Role | undefined {
  if (Object.hasOwn(ROLES, name)) return ROLES[name]
  return OPENTELEMETRY.test(name) ? 'Helper' : undefined
}

/** Whether a container of this name was put there by another injector, so that it is no application container. */
export function isInjectedByOthers(name: string): boolean {
  return roleOf(name) !== undefined
}

/** For what cannot call a function: the admission policies of the chart. Those of the network are awaited or turn connections. */
export function namesByRole(): { readonly network: readonly string[]; readonly helpers: readonly string[] } {
  const names = Object.keys(ROLES)
  const isHelper = (name: string): boolean => ROLES[name] === 'Helper'
  return { network: names.filter((name) => !isHelper(name)), helpers: names.filter(isHelper) }
}

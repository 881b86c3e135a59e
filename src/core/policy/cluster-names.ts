/** Names in a cluster that operator, injector, sidecars and command line agree on. */

/** The ConfigMap of a namespace that its sidecars mount. */
export const BUNDLE_NAME = 'm2m-bundle'

/** Where the chart installs the operator; a policy there may be for the whole cluster. */
export const OPERATOR_NAMESPACE = 'm2m-system'

export const LABELS = {
  /** On bundles; its value is `true`. */
  bundle: 'm2m.io/bundle',
  /** On pods that have a sidecar; its value is `true`. */
  injected: 'm2m.io/injected',
  /** On namespaces whose pods get one, and on pods; `true` asks for it, on pods `false` refuses it. */
  inject: 'm2m.io/inject',
} as const

export const ANNOTATIONS = {
  /** On bundles: the hash of what the operator wrote, so that an edit by others can be told, after a restart too. */
  bundleHash: 'm2m.io/bundle-hash',
  /** On pods: the newest version of a bundle that their sidecar reads. */
  bundleVersion: 'm2m.io/bundle-version',
  /** On pods: the hash of the fields that they were made with. */
  staticHash: 'm2m.io/static-hash',
  /** On pods whose resources policy and chart decide: the same without these, which the operator can change in place. */
  wiringHash: 'm2m.io/wiring-hash',
  /** On pods: the same as the label, for those whose labels are not free to change. `false` on either wins. */
  inject: 'm2m.io/inject',
  /** On pods: `injected`, or why not; written by the injector. */
  status: 'm2m.io/status',
  /** On pods: `disabled` switches compression off, whatever the policy says. */
  compression: 'm2m.io/compression',
  /** On pods: the containers whose variables point at the sidecar, comma separated; all when absent. */
  containers: 'm2m.io/containers',
  /** On pods: what their sidecar asks for, and may use at most; before its policy and the chart. */
  cpu: 'm2m.io/cpu',
  memory: 'm2m.io/memory',
  cpuLimit: 'm2m.io/cpu-limit',
  memoryLimit: 'm2m.io/memory-limit',
  /** On pods: what their sidecar logs, before its policy. */
  logLevel: 'm2m.io/log-level',
  /** On pods: changed by the operator, so that the kubelet refreshes their volumes at once. */
  configRev: 'm2m.io/config-rev',
} as const

/** The container of the sidecar. */
export const SIDECAR_NAME = 'm2m-proxy'

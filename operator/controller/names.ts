/** Names in the cluster that operator, injector and sidecars agree on. */

/** The manager of every field that the operator writes. */
export const FIELD_MANAGER = 'm2m-operator'

/** The ConfigMap of a namespace that its sidecars mount. */
export const BUNDLE_NAME = 'm2m-bundle'

export const LABELS = {
  /** On bundles; its value is `true`. */
  bundle: 'm2m.io/bundle',
  /** On pods that have a sidecar; its value is `true`. */
  injected: 'm2m.io/injected',
  /** On namespaces whose pods get one; its value is `true`. */
  inject: 'm2m.io/inject',
} as const

export const ANNOTATIONS = {
  /** On bundles: the hash of what the operator wrote, so that an edit by others can be told, after a restart too. */
  bundleHash: 'm2m.io/bundle-hash',
  /** On pods: the newest version of a bundle that their sidecar reads. */
  bundleVersion: 'm2m.io/bundle-version',
  /** On pods: the hash of the fields that they were made with. */
  staticHash: 'm2m.io/static-hash',
  /** On pods: changed by the operator, so that the kubelet refreshes their volumes at once. */
  configRev: 'm2m.io/config-rev',
} as const

export const PATHS = {
  policies: '/apis/m2m.io/v1alpha1/m2mpolicies',
  namespaces: '/api/v1/namespaces',
  pods: '/api/v1/pods',
  configMaps: '/api/v1/configmaps',
  policyStatus: (namespace: string, name: string): string =>
    `/apis/m2m.io/v1alpha1/namespaces/${namespace}/m2mpolicies/${name}/status`,
  bundle: (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps/${BUNDLE_NAME}`,
  pod: (namespace: string, name: string): string => `/api/v1/namespaces/${namespace}/pods/${name}`,
} as const

/** Names in the cluster: those that all programs share, and the operator's own. */

import { ANNOTATIONS, BUNDLE_NAME, LABELS } from '../../src/core/policy/documents.ts'

/** The manager of every field that the operator writes. */
export const FIELD_MANAGER = 'm2m-operator'

export { ANNOTATIONS, BUNDLE_NAME, LABELS }

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

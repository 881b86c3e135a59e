/** Names of the injector's certificates in the cluster. */

export const CA_SECRET = 'm2m-injector-ca'
export const WEBHOOK_CONFIGURATION = 'm2m-injector'
/** Its holder renews the authority and publishes it. */
export const LEASE = 'm2m-injector'
/** The manager of `caBundle` in each webhook of the configuration. */
export const FIELD_MANAGER = 'm2m-injector'

export const PATHS = {
  secrets: (namespace: string): string => `/api/v1/namespaces/${namespace}/secrets`,
  configurations: '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
} as const

/** The names by which the API server may call a Service. */
export function serviceNames(namespace: string, service = 'm2m-injector'): string[] {
  const name = `${service}.${namespace}`
  return [`${name}.svc`, `${name}.svc.cluster.local`, name]
}

/**
 * The fields that only the next pod gets: they become containers, variables and volumes, which no running pod changes. The
 * injector writes their hash on a pod (`m2m.io/static-hash`), so that a pod with older ones can be told.
 */

import { canonicalJson } from './canonical-json.ts'
import type { PolicySpec } from './schema.ts'
import { sha256 } from './sha256.ts'

/** @returns 16 hex digits; the same for an absent field and for its default */
export function staticHash(spec: PolicySpec): string {
  const { resources = {} } = spec.sidecar ?? {}
  const { logLevel, wired } = wiringOf(spec)
  const fields = { logLevel, requests: quantities(resources.requests), limits: quantities(resources.limits), wired }
  return hashOf(fields)
}

/** The same without the resources of the sidecar, which a resize changes in place. @returns 16 hex digits */
export function wiringHash(spec: PolicySpec): string {
  return hashOf(wiringOf(spec))
}

function wiringOf({ sidecar = {}, providers = [] }: PolicySpec) {
  const wired = providers
    .map(({ name, envVars, credentials }) => ({
      name,
      envVars: envVars && [...envVars].sort(),
      secret: credentials?.mode === 'SecretRef' ? credentials.secretKeyRef : undefined,
    }))
    .filter(({ envVars, secret }) => envVars !== undefined || secret !== undefined)
  return { logLevel: sidecar.logLevel ?? 'info', wired }
}

function hashOf(fields: object): string {
  return sha256(canonicalJson(fields)).slice(0, 16)
}

/** `2` and `"2"` are one quantity. */
function quantities(written: Readonly<Record<string, string | number>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(written).map(([name, value]) => [name, String(value)]))
}

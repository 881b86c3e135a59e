/**
 * The fields that only the next pod gets: they become containers, variables and volumes, which no running pod changes. The
 * injector writes their hash on a pod (`m2m.io/static-hash`), so that a pod with older ones can be told.
 */

import { createHash } from 'node:crypto'
import type { PolicySpec } from './schema.ts'

/** @returns 16 hex digits; the same for an absent field and for its default */
export function staticHash({ sidecar = {}, providers = [] }: PolicySpec): string {
  const { logLevel = 'info', resources = {} } = sidecar
  const wired = providers
    .map(({ name, envVars, credentials }) => ({
      name,
      envVars: envVars && [...envVars].sort(),
      secret: credentials?.mode === 'SecretRef' ? credentials.secretKeyRef : undefined,
    }))
    .filter(({ envVars, secret }) => envVars !== undefined || secret !== undefined)
  const fields = { logLevel, requests: quantities(resources.requests), limits: quantities(resources.limits), wired }
  return createHash('sha256').update(JSON.stringify(fields, sorted)).digest('hex').slice(0, 16)
}

/** `2` and `"2"` are one quantity. */
function quantities(written: Readonly<Record<string, string | number>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(written).map(([name, value]) => [name, String(value)]))
}

/** Members in one order, whoever stored them. */
function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

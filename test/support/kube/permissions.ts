/** What the roles of a chart permit, and what an account has made of it. */

import type { AuditEvent } from './api-server.ts'
import type { ChartObject } from './chart.ts'

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

/** `create events.k8s.io/events`, of all roles of a name, sorted. */
export function permittedTo(name: string, objects: readonly ChartObject[]): readonly string[] {
  const roles = objects.filter(({ kind, metadata }) => /^(Cluster)?Role$/.test(kind) && metadata.name === name)
  const rules = roles.flatMap((role) => role['rules'] as readonly Rule[])
  const permitted = rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group === '' ? '' : `${group}/`}${resource}`)),
    ),
  )
  return [...new Set(permitted)].sort()
}

/** The same of what it was let ask for; that there is nothing is an answer too. */
export function usedBy(username: string, events: readonly AuditEvent[]): readonly string[] {
  return [...new Set(callsOf(username, events, (code) => code < 300 || code === 404))].sort()
}

export function refusedTo(username: string, events: readonly AuditEvent[]): readonly string[] {
  return callsOf(username, events, (code) => code === 403)
}

function callsOf(username: string, events: readonly AuditEvent[], isCounted: (code: number) => boolean): string[] {
  return events.flatMap(({ user, verb, objectRef, responseStatus }) => {
    if (user.username !== username || objectRef === undefined || !isCounted(responseStatus?.code ?? 0)) return []
    const { apiGroup, resource, subresource } = objectRef
    const group = apiGroup === undefined ? '' : `${apiGroup}/`
    return [`${verb} ${group}${resource}${subresource === undefined ? '' : `/${subresource}`}`]
  })
}

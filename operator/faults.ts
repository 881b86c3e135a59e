/** What a fault of the API server means, and what a person has to do about it. */

import type { Logger } from 'pino'
import { KubeError } from '../src/kube/index.ts'

/** The same fault is told again after this time. */
const QUIET_MS = 60_000

/** What to do about the faults of a program, by resource. */
export interface Remedies {
  /** `operator`: also the end of the ClusterRole's name. */
  readonly program: string
  /** Where no answer of the API server caused them. */
  readonly own: Readonly<Record<string, string>>
  readonly forbidden: Readonly<Record<string, string>>
  readonly notFound: Readonly<Record<string, string>>
}

/** @returns what to do, in words that follow the fault */
export function remedyOf(error: unknown, resource: string, remedies: Remedies = OPERATOR): string {
  const { program, own, forbidden, notFound } = remedies
  if (!(error instanceof KubeError)) return own[resource] ?? `this is a fault of the ${program}: please report it`
  switch (error.status) {
    case 0:
      return `the ${program} waits for the API server`
    case 401:
      return 'the API server does not know these credentials: check the service account or the kubeconfig'
    case 403:
      return (
        forbidden[resource] ??
        `grant it: the ClusterRole m2m-${program} of the chart has every permission that is needed`
      )
    case 404:
      return notFound[resource] ?? 'the API server does not know this path'
    default:
      return `the ${program} tries again`
  }
}

const OTHER_NAMESPACE = 'If that is another one: POD_NAMESPACE or --namespace names it'

const NO_DEFINITION =
  'the CRD m2mpolicies.m2m.io is not installed: kubectl apply --server-side -f crds/, or install the chart m2m-crds'

const OPERATOR: Remedies = {
  program: 'operator',
  own: {
    events: 'one object has had so many that this one is left out; its conditions and this log say the same',
  },
  forbidden: {
    leases: `grant it: the Role m2m-operator of the chart has it, in the operator's namespace. ${OTHER_NAMESPACE}`,
    resizes: 'the chart grants it where hotReload.resize is true; until then new pods alone have the resources',
    nudges: 'the chart grants it where hotReload.nudge is true; until then kubelets refresh volumes by themselves',
  },
  notFound: {
    m2mpolicies: `${NO_DEFINITION}; the operator waits for it`,
    leases: `create the operator's namespace. ${OTHER_NAMESPACE}`,
  },
}

const IN_ITS_NAMESPACE = `grant it: the Role m2m-injector of the chart has it, in the injector's namespace. ${OTHER_NAMESPACE}`

export const INJECTOR: Remedies = {
  program: 'injector',
  own: {
    certificates: 'the one that is served stays; /readyz says so before it ends',
    events:
      'one object has had so many that this one is left out; the annotation m2m.io/status of its pods says the same',
  },
  forbidden: { leases: IN_ITS_NAMESPACE, secrets: IN_ITS_NAMESPACE },
  notFound: {
    m2mpolicies: `${NO_DEFINITION}; until then sidecars have the defaults`,
    leases: `create the injector's namespace. ${OTHER_NAMESPACE}`,
    secrets: `create the injector's namespace. ${OTHER_NAMESPACE}`,
  },
}

/** Logs faults with their remedy; one that repeats, once a minute. */
export function createFaultLog(
  log: Pick<Logger, 'warn'>,
  { remedies = OPERATOR, now = () => performance.now() }: { remedies?: Remedies; now?: () => number } = {},
) {
  const told = new Map<string, number>()
  return (resource: string, error: unknown): void => {
    const key = `${resource} ${kindOf(error)}`.slice(0, 500)
    const time = now()
    if (time - (told.get(key) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return
    // Messages of other errors may carry numbers that change: no memory of every one.
    if (told.size > 100) told.clear()
    told.set(key, time)
    log.warn({ resource, err: error }, `${resource} failed: ${remedyOf(error, resource, remedies)}`)
  }
}

/** A refusal that names each of 5,000 pods is one fault. */
function kindOf(error: unknown): string {
  if (error instanceof KubeError && error.status > 0) return `${error.status} ${error.reason ?? ''}`
  return error instanceof Error ? error.message : String(error)
}

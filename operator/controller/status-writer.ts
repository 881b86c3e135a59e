/** Writes a policy's status where it differs from the stored one, so that the operator never wakes itself. */

import { isDeepStrictEqual } from 'node:util'
import { type KubeClient, KubeError } from '../../src/kube/index.ts'
import type { EventRecorder, KubeObject } from '../kube/index.ts'
import type { Condition } from './conditions.ts'
import type { KeptPolicy } from './kept.ts'
import { FIELD_MANAGER, PATHS } from './names.ts'
import { createNewest } from './newest.ts'
import { hasKey, type PolicyFacts, type PolicyStatus, statusOf } from './status.ts'

export interface StatusWriter {
  /** @returns true where it had to be written @throws KubeError */
  settle(policy: KeptPolicy, facts: PolicyFacts): Promise<boolean>
  gone(key: string): void
}

interface StatusWriterDeps {
  readonly client: KubeClient
  readonly events: Pick<EventRecorder, 'emit'>
  now(): Date
}

export function createStatusWriter({ client, events, now }: StatusWriterDeps): StatusWriter {
  const newest = createNewest<{ readonly resourceVersion: string; readonly status: PolicyStatus }>()
  return {
    async settle(policy, facts) {
      const key = `${policy.namespace}/${policy.name}`
      const before = newest.of(key, policy)?.status ?? {}
      const status = statusOf(facts, before, now())
      if (isDeepStrictEqual(owned(before), owned(status))) return false
      const written = await apply(client, policy, status)
      if (written === undefined) return false
      newest.wrote(key, { resourceVersion: written.metadata.resourceVersion ?? '', status })
      tell(events, { policy, before, status, isKey: hasKey(facts) })
      return true
    },
    gone: (key) => newest.forget(key),
  }
}

/** @returns undefined where the policy is gone */
async function apply(client: KubeClient, policy: KeptPolicy, status: PolicyStatus): Promise<KubeObject | undefined> {
  const { namespace, name } = policy
  const object = { apiVersion: 'm2m.io/v1alpha1', kind: 'M2MPolicy', metadata: { namespace, name }, status }
  try {
    return await client.apply<KubeObject>(PATHS.policyStatus(namespace, name), object, {
      fieldManager: FIELD_MANAGER,
      force: true,
    })
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return undefined
    throw error
  }
}

const OWN_CONDITIONS: readonly string[] = ['Accepted', 'Programmed', 'Overridden', 'RestartRequired']

/** What this operator writes, in one order: the rest belongs to others. */
function owned({
  observedGeneration,
  configHash,
  bundle,
  pods,
  conflicts = [],
  conditions = [],
}: PolicyStatus): unknown {
  const sorted = conditions.filter(({ type }) => OWN_CONDITIONS.includes(type)).sort(by(({ type }) => type))
  return {
    observedGeneration,
    configHash,
    bundle,
    pods,
    conflicts: [...conflicts].sort(by(({ policy }) => policy)),
    sorted,
  }
}

function by<T>(textOf: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => (textOf(a) < textOf(b) ? -1 : 1)
}

interface Change {
  readonly policy: KeptPolicy
  readonly before: PolicyStatus
  readonly status: PolicyStatus
  readonly isKey: boolean
}

/** Events for what its owner has to act on, once for each change. */
function tell(events: Pick<EventRecorder, 'emit'>, { policy, before, status, isKey }: Change): void {
  const now = acceptedOf(status)
  if (now === undefined || now.message === acceptedOf(before)?.message) return
  if (now.status === 'True' && !isKey) return
  const { namespace, name, uid, resourceVersion } = policy
  events.emit({
    regarding: { apiVersion: 'm2m.io/v1alpha1', kind: 'M2MPolicy', namespace, name, uid, resourceVersion },
    type: 'Warning',
    reason: isKey ? 'LiteralKey' : now.reason,
    action: 'Check',
    note: now.message,
  })
}

function acceptedOf({ conditions = [] }: PolicyStatus): Condition | undefined {
  return conditions.find(({ type }) => type === 'Accepted')
}

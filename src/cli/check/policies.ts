/** Whether the operator has taken each policy, and put it into the bundles where it belongs. */

import { idOf, writeBundle } from '../../core/policy/documents.ts'
import type { StoredPolicy } from '../explain/read-policies.ts'
import { type Finding, findingsOf, someOf } from './finding.ts'
import type { BundleFacts, Known } from './known.ts'

export function checkPolicies({ policies }: Known): Finding {
  const { ok, warning, unknown } = findingsOf('policies')
  if (policies.state === 'missing') return unknown('the cluster does not know M2MPolicy')
  if (policies.state === 'unseen') return unknown(policies.why)
  if (policies.value.length === 0) return ok('there is none: sidecars measure, and change nothing')
  const troubled = policies.value.flatMap(troubleOf)
  const suspended = policies.value.filter(isSuspended).length
  if (troubled.length === 0) {
    const rest = suspended === 0 ? '' : ', the others are suspended'
    return ok(`${policies.value.length - suspended} of ${policies.value.length} are in force${rest}`)
  }
  return warning(
    `${troubled.length} of ${policies.value.length} policies: ${someOf(troubled)}`,
    'kubectl get m2mpolicies -A',
  )
}

function troubleOf({ metadata, status = {} }: StoredPolicy): string[] {
  const id = idOf({ namespace: metadata.namespace ?? '', name: metadata.name })
  const { observedGeneration, conditions = [] } = status
  if (observedGeneration === undefined || observedGeneration < (metadata.generation ?? 0)) {
    return [`${id} (no operator has looked at it)`]
  }
  const refusal = conditions.find(
    ({ type, status, reason }) =>
      status === 'False' && (type === 'Accepted' || (type === 'Programmed' && reason !== SUSPENDED)),
  )
  return refusal === undefined ? [] : [`${id} (${refusal.type}=False, ${refusal.reason})`]
}

/** The condition's reason where somebody wants it so, as of an off switch that waits. */
const SUSPENDED = 'Suspended'

function isSuspended({ status = {} }: StoredPolicy): boolean {
  return (status.conditions ?? []).some(({ type, reason }) => type === 'Programmed' && reason === SUSPENDED)
}

/** @param injected the namespaces that have pods with a sidecar */
export function checkBundles(known: Known, injected: ReadonlySet<string>): Finding {
  const { ok, failed, unknown } = findingsOf('bundles')
  const { bundles } = known
  if (bundles.state === 'unseen') return unknown(bundles.why)
  if (bundles.state === 'missing') return unknown('ConfigMaps cannot be listed')
  const named = [...new Set([...bundles.value.keys(), ...injected])].sort()
  const judged = named.map((name) => ({ name, fault: faultOf(name, bundles.value.get(name), known) }))
  const faults = judged.flatMap(({ name, fault }) =>
    fault === undefined || fault === UNKNOWN ? [] : [`${name} (${fault})`],
  )
  if (faults.length > 0) {
    const advice = 'the operator mends them within seconds while it leads: look at its log, and at the policies'
    return failed(`the bundles of ${faults.length} of ${named.length} namespaces: ${someOf(faults)}`, advice)
  }
  if (judged.some(({ fault }) => fault === UNKNOWN)) return unknown('policies or namespaces cannot be listed')
  return ok(`${bundles.value.size} of ${bundles.value.size} have the policies of now`)
}

const UNKNOWN = 'unknown'

function faultOf(name: string, bundle: BundleFacts | undefined, known: Known): string | undefined {
  if (bundle !== undefined && 'fault' in bundle) return bundle.fault
  const ordered = known.policiesFor(name)
  if (ordered === undefined) return UNKNOWN
  // Without a policy for its pods the sidecar's default serves, with a bundle or without.
  if (bundle === undefined) return ordered.length === 0 ? undefined : 'missing'
  const entries = [...writeBundle(ordered, bundle.version).entries.values()]
  const isSame =
    entries.length === bundle.entries.length &&
    entries.every(({ key, hash }, at) => bundle.entries[at]?.key === key && bundle.entries[at]?.hash === hash)
  return isSame ? undefined : 'behind its policies'
}

/** The Events of a review. They hold no name of a pod: those of a ReplicaSet are one series, and are counted. */

import type { KubeEvent } from '../kube/index.ts'
import type { Outcome } from './outcome.ts'
import { ownerOf } from './owner.ts'
import type { Review } from './review.ts'
import { notesOf, skipOf } from './words.ts'

const ACTION = 'Inject'

export function eventsOf(review: Review, injection: Outcome): readonly KubeEvent[] {
  const regarding = regardingOf(review)
  if (regarding === undefined) return []
  const skips = skipOf(injection).map(
    ({ reason, message }): KubeEvent => ({
      regarding,
      type: 'Warning',
      reason: 'InjectionSkipped',
      action: ACTION,
      note: `${reason}: ${message}`,
    }),
  )
  // Nothing was added: another webhook came between, and the review before told it all.
  if (injection.result !== 'injected' || injection.patch.length === 0) return skips
  const notes = notesOf(injection).map(
    ({ reason, message }): KubeEvent => ({ regarding, type: 'Warning', reason, action: ACTION, note: message }),
  )
  // A pod that nobody owns shows it by itself.
  if (regarding.kind === 'Pod') return notes
  const note = 'pods of it get a sidecar: their calls to models go through m2m-proxy'
  return [{ regarding, type: 'Normal', reason: 'Injected', action: ACTION, note }, ...notes]
}

/** What is longer is no name. Nobody has looked at it yet: it may be a million of characters, each of which would be tried. */
const MAX_NAME = 253

function regardingOf({ namespace, pod }: Review): KubeEvent['regarding'] | undefined {
  const owner = ownerOf(pod)
  if (owner !== undefined) {
    const { apiVersion, kind, name, uid } = owner
    return { apiVersion, kind, name, uid, namespace }
  }
  const { name, generateName = '' } = pod?.metadata ?? {}
  // The name that it will get is not known yet, and an Event needs one that could be.
  const known = name ?? generateName.slice(0, MAX_NAME).replace(/[^a-z0-9]+$/, '')
  return known === '' ? undefined : { apiVersion: 'v1', kind: 'Pod', name: known, namespace }
}

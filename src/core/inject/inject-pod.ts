/**
 * Gives a pod its sidecar: a patch of what it lacks. A pod that has all of it gets an empty one, so the webhook may be called
 * again after others have changed the pod.
 */

import { completed } from './complete.ts'
import { sidecarContainer } from './container/container.ts'
import { addressesOf, authoritiesOf, chooseContainers, egressOf, pointContainers } from './env/index.ts'
import type { AddOperation, InjectContext, Injection, Note, RawContainer, RawPod, Skipped } from './injection.ts'
import { placeAmongContainers, placeAmongInit } from './meshes/index.ts'
import { injectedMetadata, setMetadata } from './metadata.ts'
import { createNotebook, type Notebook } from './notes.ts'
import { findOwn, type OwnContainer } from './own-container.ts'
import { add, listOf } from './patch.ts'
import { choosePorts } from './ports.ts'
import { readPod } from './read-pod.ts'
import { areOfPolicy, resourcesOf } from './resources.ts'
import { skippedStatus, skipReasonOf } from './skip-reasons.ts'
import { readTuning } from './tuning.ts'
import { planVolumes } from './volumes.ts'
import { wishOf } from './wish.ts'

/** @param raw as it came, with all its members: what is not known here is left alone */
export function injectPod(raw: RawPod, context: InjectContext): Injection {
  const pod = readPod(raw)
  const wish = wishOf(pod, context.namespace.labels)
  if (!wish.isAsked && wish.reason === 'InvalidValue') return skipped(pod, wish)
  if (!wish.isAsked) return { result: 'not-asked', reason: wish.reason, message: wish.message }
  const reason = skipReasonOf(pod, context)
  if (reason !== undefined) return skipped(pod, reason)
  const notebook = createNotebook()
  const patch = patchOf(pod, context, notebook)
  return { result: 'injected', patch, notes: notebook.notes }
}

function skipped(pod: RawPod, { reason, message }: Note): Skipped {
  const annotations = skippedStatus({ reason, message })
  return { result: 'skipped', reason, message, patch: setMetadata(pod, { labels: {}, annotations }) }
}

function patchOf(pod: RawPod, context: InjectContext, notebook: Notebook): AddOperation[] {
  const { policy, settings } = context
  const own = findOwn(pod)
  const place = own ?? newPlace(pod, settings.mode)
  if (place.list === 'containers') noteEndless(pod, notebook)
  const ports = choosePorts(pod, own)
  const tuning = readTuning(pod, notebook)
  const runsFrom = place.list === 'initContainers' ? place.index : undefined
  const chosen = chooseContainers(pod, { runsFrom, names: tuning.containers }, notebook)
  const volumes = planVolumes(pod, own, policy)
  const authorities = authoritiesOf(pod, chosen, own?.container)
  const container = sidecarContainer({
    pod,
    context,
    list: place.list,
    ports,
    mounts: [...volumes.mounts, ...authorities.mounts],
    resources: resourcesOf({ pod, own: own?.container, tuning, policy, chart: settings.resources }, notebook),
    tuning,
    egress: [...egressOf(chosen, notebook), ...authorities.variables],
  })
  return [
    ...injectedMetadata(pod, { policy, isSizedByPolicy: areOfPolicy({ pod, own: own?.container, tuning }) }),
    ...volumes.operations,
    ...pointContainers(chosen, { addresses: addressesOf(policy), port: ports.data }, notebook),
    // Last: a new container moves the places of those behind it.
    ...(own === undefined ? inserted(pod, place, container) : completed(own, container)),
  ]
}

/** A pod that is to end does so when all of its containers have. */
function noteEndless({ spec = {} }: RawPod, notebook: Notebook): void {
  if ((spec.restartPolicy ?? 'Always') === 'Always') return
  const message = 'a classic sidecar does not end with the application: neither the pod nor its Job ends by itself'
  notebook.note('NeverEnds', message)
}

type Place = Pick<OwnContainer, 'list' | 'index'>

function newPlace({ spec = {} }: RawPod, mode: 'Native' | 'Classic'): Place {
  if (mode === 'Native') return { list: 'initContainers', index: placeAmongInit(listOf(spec.initContainers)) }
  return { list: 'containers', index: placeAmongContainers(listOf(spec.containers)) }
}

function inserted({ spec = {} }: RawPod, { list, index }: Place, container: RawContainer): AddOperation[] {
  const isThere = Array.isArray(spec[list])
  return [isThere ? add(['spec', list, index], container) : add(['spec', list], [container])]
}

/** Makes the bundle of a namespace what its plan says, with as few writes as can be: none where it is so already. */

import { type KubeClient, KubeError } from '../../src/kube/index.ts'
import type { EventRecorder, KubeEvent, KubeObject } from '../kube/index.ts'
import { createBrake, type Pause } from './brake.ts'
import { type ConfigMapContent, type KeptBundle, keepBundle } from './kept.ts'
import { ANNOTATIONS, BUNDLE_NAME, FIELD_MANAGER, LABELS, PATHS } from './names.ts'
import { createNewest } from './newest.ts'
import type { BundlePlan } from './plan.ts'

export interface BundleWriter {
  /** @returns the bundle as it is then, and what was done @throws KubeError, ContestedBundle */
  settle(namespace: string, plan: WrittenPlan, seen: KeptBundle | undefined): Promise<Settled>
  /**
   * What stays of a bundle that must not be written as planned. It is kept until it is, so that others cannot change it.
   * @returns its files, none where there is no bundle; undefined: others had changed it before it was seen
   * @throws KubeError
   */
  lastGood(namespace: string, seen: KeptBundle | undefined): Promise<BundlePlan['files'] | undefined>
  /** @throws KubeError */
  remove(namespace: string, seen: KeptBundle): Promise<void>
  /** The bundle as the watch and own writes tell it. */
  current(namespace: string, seen: KeptBundle | undefined): KeptBundle | undefined
  /** The watch told that it is gone. */
  gone(namespace: string): void
  /** The namespace has no bundle any more. */
  forget(namespace: string): void
}

type WrittenPlan = Pick<BundlePlan, 'files' | 'digest' | 'refusal'>

export interface Settled {
  readonly bundle: KeptBundle
  readonly did: 'nothing' | 'written' | 'repaired'
}

/** Others change it as fast as it is repaired: it stays for a while. */
export class ContestedBundle extends Error {
  override readonly name = 'ContestedBundle'
  readonly pause: Pause

  constructor(pause: Pause) {
    super(CONTESTED)
    this.pause = pause
  }
}

const CONTESTED =
  'others change the bundle as fast as it is repaired, so repairs are made seldom now: ' +
  `kubectl get configmap ${BUNDLE_NAME} -o yaml --show-managed-fields names them`

interface WriterDeps {
  readonly client: KubeClient
  readonly events: Pick<EventRecorder, 'emit'>
  onWrite(verb: 'apply' | 'patch' | 'delete'): void
}

export function createBundleWriter(deps: WriterDeps): BundleWriter {
  const newest = createNewest<KeptBundle>()
  /** Namespaces whose bundle was seen or written by this process: if it is missing then, somebody deleted it. */
  const known = new Set<string>()
  const brake = createBrake()
  const good = new Map<string, BundlePlan['files']>()
  const holdBack = (pause: Pause | undefined, event: () => KubeEvent): void => {
    if (pause === undefined) return
    if (pause.isNew) deps.events.emit(event())
    throw new ContestedBundle(pause)
  }
  return {
    async settle(namespace, plan, seen) {
      const before = newest.of(namespace, seen)
      const wasKnown = known.has(namespace)
      known.add(namespace)
      if (plan.refusal === undefined) good.delete(namespace)
      if (before?.digest === plan.digest && before.writtenDigest === plan.digest)
        return { bundle: before, did: 'nothing' }
      const drift = driftOf(before, wasKnown)
      if (drift !== undefined) holdBack(brake.ask(namespace, plan.digest), () => contested(namespace, before))
      const bundle = keepBundle(await write(deps, { namespace, plan, before }))
      newest.wrote(namespace, bundle)
      if (drift === undefined) return { bundle, did: 'written' }
      deps.events.emit(repaired(bundle, drift))
      return { bundle, did: 'repaired' }
    },
    async lastGood(namespace, seen) {
      const kept = good.get(namespace)
      if (kept !== undefined || seen === undefined) return kept ?? {}
      const now = await deps.client.get<KubeObject & ConfigMapContent>(PATHS.bundle(namespace))
      const { digest, writtenDigest } = keepBundle(now)
      if (digest !== writtenDigest) return undefined
      const { data = {} } = now
      good.set(namespace, data)
      return data
    },
    async remove(namespace, seen) {
      deps.onWrite('delete')
      await deleteExactly(deps.client, namespace, seen)
      known.delete(namespace)
      newest.forget(namespace)
    },
    current: (namespace, seen) => newest.of(namespace, seen),
    gone: (namespace) => newest.forget(namespace),
    forget(namespace) {
      good.delete(namespace)
      brake.forget(namespace)
    },
  }
}

/** What others did to it, in words; undefined: nothing. */
function driftOf(before: KeptBundle | undefined, wasKnown: boolean): string | undefined {
  if (before === undefined) return wasKnown ? 'it was deleted, or lost its label' : undefined
  const isEdited = before.writtenDigest !== undefined && before.digest !== before.writtenDigest
  return isEdited ? 'its content was changed' : undefined
}

interface Write {
  readonly namespace: string
  readonly plan: WrittenPlan
  readonly before: KeptBundle | undefined
}

async function write(deps: WriterDeps, { namespace, plan, before }: Write): Promise<KubeObject> {
  if (before?.isImmutable === true) {
    deps.onWrite('delete')
    await deleteExactly(deps.client, namespace, before)
  }
  deps.onWrite('apply')
  const applied = await deps.client.apply<KubeObject>(PATHS.bundle(namespace), configMap(namespace, plan), {
    fieldManager: FIELD_MANAGER,
    force: true,
  })
  const foreign = foreignKeys(applied, plan)
  if (foreign === undefined) return applied
  // Server-side apply leaves what others added.
  deps.onWrite('patch')
  return deps.client.request<KubeObject>({
    method: 'PATCH',
    path: PATHS.bundle(namespace),
    query: { fieldManager: FIELD_MANAGER },
    contentType: 'application/merge-patch+json',
    body: foreign,
  })
}

function configMap(namespace: string, { files, digest }: WrittenPlan): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: BUNDLE_NAME,
      namespace,
      labels: { [LABELS.bundle]: 'true', 'app.kubernetes.io/managed-by': FIELD_MANAGER },
      annotations: { [ANNOTATIONS.bundleHash]: digest },
    },
    data: files,
  }
}

/** A merge patch that takes out all that is not ours; undefined: there is nothing else. */
function foreignKeys(applied: KubeObject, { files }: WrittenPlan): object | undefined {
  const { data = {}, binaryData } = applied as ConfigMapContent
  const foreign = Object.keys(data).filter((key) => !Object.hasOwn(files, key))
  if (foreign.length === 0 && binaryData === undefined) return undefined
  return { data: Object.fromEntries(foreign.map((key) => [key, null])), ...(binaryData && { binaryData: null }) }
}

/** Only the one that was seen: another of the same name is somebody's new one. */
async function deleteExactly(client: KubeClient, namespace: string, { uid }: KeptBundle): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } }
  try {
    await client.request({ method: 'DELETE', path: PATHS.bundle(namespace), body })
  } catch (error) {
    if (!(error instanceof KubeError && error.status === 404)) throw error
  }
}

function repaired({ namespace, uid, resourceVersion }: KeptBundle, drift: string) {
  return {
    regarding: { apiVersion: 'v1', kind: 'ConfigMap', name: BUNDLE_NAME, namespace, uid, resourceVersion },
    type: 'Warning' as const,
    reason: 'DriftRepaired',
    action: 'Apply',
    note: `the bundle was not what the operator wrote (${drift}) and was written again: change M2MPolicy objects instead`,
  }
}

function contested(namespace: string, bundle: KeptBundle | undefined): KubeEvent {
  const { uid, resourceVersion } = bundle ?? {}
  const known = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) }
  return {
    regarding: { apiVersion: 'v1', kind: 'ConfigMap', name: BUNDLE_NAME, namespace, ...known },
    type: 'Warning',
    reason: 'DriftContested',
    action: 'Apply',
    note: CONTESTED,
  }
}

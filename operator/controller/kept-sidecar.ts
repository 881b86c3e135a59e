/** What is kept of a sidecar's container, for changes of its resources. Pods of one workload share it: most are alike. */

import type { Resources } from '../../src/core/inject/resources.ts'
import { ANNOTATIONS, SIDECAR_NAME } from '../../src/core/policy/documents.ts'
import type { KubeObject } from '../kube/index.ts'

export interface KeptSidecar {
  /** Where it stands in the pod's spec. */
  readonly list: 'initContainers' | 'containers'
  /** As the API server has them. */
  readonly resources: Resources
  /** Of the fields that the pod was made with, without its resources. */
  readonly wiringHash: string
  readonly qosClass: string
  /** Of the other containers, equal ones once: they decide the pod's class, and what the sidecar is given. */
  readonly others: readonly Resources[]
  /** The pod has resources as a whole, and those alone decide its class. */
  readonly hasPodResources: boolean
}

interface Container {
  readonly name: string
  readonly resources?: Partial<Resources>
}

interface PodWithResources {
  readonly spec?: {
    readonly containers?: readonly Container[]
    readonly initContainers?: readonly Container[]
    readonly resources?: Partial<Resources>
  }
  readonly status?: { readonly qosClass?: string }
}

/** By which a pod decides itself. */
const OWN_WORDS = [ANNOTATIONS.cpu, ANNOTATIONS.cpuLimit, ANNOTATIONS.memory, ANNOTATIONS.memoryLimit]

/** @returns undefined for a pod whose resources are not the policy's: its injector wrote no hash without them */
export function keepSidecar(raw: KubeObject): KeptSidecar | undefined {
  const { annotations = {} } = raw.metadata
  const wiringHash = annotations[ANNOTATIONS.wiringHash]
  const { spec = {}, status = {} } = raw as PodWithResources
  if (wiringHash === undefined || OWN_WORDS.some((name) => annotations[name] !== undefined)) return undefined
  for (const list of ['initContainers', 'containers'] as const) {
    const found = spec[list]?.find(({ name }) => name === SIDECAR_NAME)
    if (found === undefined) continue
    const others = [...(spec.initContainers ?? []), ...(spec.containers ?? [])].filter((each) => each !== found)
    return shared({
      list,
      resources: resourcesOf(found),
      wiringHash: wiringHash.slice(0, 64),
      qosClass: status.qosClass ?? '',
      others: distinct(others.map(resourcesOf)),
      hasPodResources: spec.resources !== undefined,
    })
  }
  return undefined
}

/** Kubernetes counts a container so when it may use exactly what is set aside for it. */
export function isGuaranteed({ requests, limits }: Resources): boolean {
  return ['cpu', 'memory'].every((name) => limits[name] !== undefined && requests[name] === limits[name])
}

function distinct(all: readonly Resources[]): readonly Resources[] {
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()]
}

function resourcesOf({ resources: { requests = {}, limits = {} } = {} }: Container): Resources {
  return { requests, limits }
}

/** Why a resize that was accepted is not in force. */
export interface ResizeTrouble {
  readonly reason: 'Deferred' | 'Infeasible' | 'Error'
  readonly message: string
}

const RESIZE_TROUBLES: readonly string[] = ['Deferred', 'Infeasible', 'Error']

const MAX_MESSAGE = 300

export function resizeTrouble(raw: KubeObject): ResizeTrouble | undefined {
  const { conditions = [] } = (raw['status'] ?? {}) as PodConditions
  const found = conditions.find(({ type, status, reason = '' }) => {
    return (
      (type === 'PodResizePending' || type === 'PodResizeInProgress') &&
      status === 'True' &&
      RESIZE_TROUBLES.includes(reason)
    )
  })
  if (found === undefined) return undefined
  return { reason: found.reason as ResizeTrouble['reason'], message: (found.message ?? '').slice(0, MAX_MESSAGE) }
}

interface PodConditions {
  readonly conditions?: readonly {
    readonly type: string
    readonly status: string
    readonly reason?: string
    readonly message?: string
  }[]
}

const MAX_SHARED = 1_000

const known = new Map<string, KeptSidecar>()

function shared(sidecar: KeptSidecar): KeptSidecar {
  const key = JSON.stringify(sidecar)
  const same = known.get(key)
  if (same !== undefined) return same
  if (known.size >= MAX_SHARED) known.clear()
  known.set(key, sidecar)
  return sidecar
}

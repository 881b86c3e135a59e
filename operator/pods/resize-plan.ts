/** How a running sidecar comes to the resources that its policy gives it, or why only a new pod can have them. */

import type { Quantities } from '../../src/core/inject/injection.ts'
import type { Resources } from '../../src/core/inject/resources.ts'
import { parseQuantity } from '../../src/core/policy/quantity.ts'
import { isGuaranteed, type KeptSidecar } from '../controller/kept-sidecar.ts'

export type ResizePlan =
  | { readonly action: 'none' }
  /** The quantities that differ. */
  | { readonly action: 'resize'; readonly resources: Resources }
  | { readonly action: 'refuse'; readonly message: string }

/** What the kubelet changes in place. */
const RESIZABLE = ['cpu', 'memory']

export function planResize(sidecar: KeptSidecar, wanted: Resources): ResizePlan {
  const now = sidecar.resources
  const target = { requests: withLimits(wanted), limits: wanted.limits }
  const resources = {
    requests: differing(now.requests, target.requests),
    limits: differing(now.limits, target.limits),
  }
  const names = [resources, missing(now, target)].flatMap(({ requests, limits }) =>
    [requests, limits].flatMap(Object.keys),
  )
  if (names.length === 0) return { action: 'none' }
  const why = whyNot(sidecar, target, names)
  return why === undefined
    ? { action: 'resize', resources }
    : { action: 'refuse', message: `${why}: a new pod has them` }
}

/** As the API server does when a container is made: a limit alone is a request, too. */
function withLimits({ requests, limits }: Resources): Quantities {
  return { ...limits, ...requests }
}

function differing(now: Quantities, target: Quantities): Quantities {
  return Object.fromEntries(Object.entries(target).filter(([name, value]) => !areSame(now[name], value)))
}

function areSame(a: string | undefined, b: string): boolean {
  if (a === undefined) return false
  const amount = parseQuantity(b)
  return amount === undefined ? a === b : parseQuantity(a) === amount
}

function missing(now: Resources, target: Resources): Resources {
  const without = (kind: keyof Resources): Quantities =>
    Object.fromEntries(Object.entries(now[kind]).filter(([name]) => target[kind][name] === undefined))
  return { requests: without('requests'), limits: without('limits') }
}

function whyNot(sidecar: KeptSidecar, target: Resources, names: readonly string[]): string | undefined {
  const { resources: now, qosClass, others, hasPodResources } = sidecar
  const fixed = names.find((name) => !RESIZABLE.includes(name))
  if (fixed !== undefined) return `${fixed} of a running container cannot change`
  const lost = missing(now, target)
  // The API server refuses it for limits; a request that is taken away becomes as large as the limit.
  const [name] = [lost.limits, lost.requests].flatMap(Object.keys)
  if (name !== undefined) return `a limit or request for ${name} cannot be taken from a running container`
  if (hasPodResources) return undefined
  if (qosClass === 'BestEffort') return 'the pod is BestEffort, and its class cannot change while it runs'
  const isNow = qosClass === 'Guaranteed'
  if (isNow === [...others, canonical(target)].every(isGuaranteed)) return undefined
  return `the pod would ${isNow ? 'no longer be' : 'become'} Guaranteed, and its class cannot change while it runs`
}

/** `1` and `1000m` are one. */
function canonical({ requests, limits }: Resources): Resources {
  const same = (quantities: Quantities): Quantities =>
    Object.fromEntries(Object.entries(quantities).map(([name, value]) => [name, String(parseQuantity(value) ?? value)]))
  return { requests: same(requests), limits: same(limits) }
}

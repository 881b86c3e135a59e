/**
 * What the sidecar's container asks for. Of several words on one amount that of the container itself goes first, then those of
 * the pod's annotations, of the policy and of the chart. The pod's class of quality of service stays what it was, unless
 * it has none.
 */

import type { PolicySpec } from '../policy/documents.ts'
import { parseQuantity } from '../policy/quantity.ts'
import type { Quantities, RawContainer, RawPod } from './injection.ts'
import type { Notebook } from './notes.ts'
import { isObject, listOf } from './patch.ts'
import type { Tuning } from './tuning.ts'

export interface Resources {
  readonly requests: Quantities
  readonly limits: Quantities
}

export interface ResourceSources {
  readonly pod: RawPod
  /** The sidecar's container as the pod has it. */
  readonly own: RawContainer | undefined
  readonly tuning: Tuning
  readonly policy: PolicySpec | undefined
  /** The chart's. */
  readonly chart: Resources
}

/** For a Guaranteed pod: a request of the usual size as a limit would make every call slow. */
const GUARANTEED_CPU = '250m'

interface Amount {
  readonly value: string
  /** The place of its source: 0 goes first. */
  readonly rank: number
}

export function resourcesOf(sources: ResourceSources, notebook: Notebook): Resources {
  const { pod, own, tuning, policy, chart } = sources
  const isPodLevel = isObject(pod.spec?.resources)
  const words = [isObject(own?.['resources']) ? own['resources'] : {}, tuning, policy?.sidecar?.resources ?? {}, chart]
  // The pod's own amounts are for all its containers together: ours may not ask for more than they leave.
  const ranked = isPodLevel ? words.slice(0, 2) : words
  if (isPodLevel)
    notebook.note('PodLevelResources', 'the sidecar shares the resources that the pod names for all its containers')
  const requests = firstWords(ranked, 'requests')
  const limits = firstWords(ranked, 'limits')
  if (!isPodLevel && isGuaranteed(pod, own)) return guaranteed(requests, limits)
  for (const name of Object.keys(limits)) settle(name, { requests, limits }, notebook)
  return { requests: values(requests), limits: values(limits) }
}

/** Neither the pod nor a container of its own names an amount. */
export function areOfPolicy({ pod, own, tuning }: Pick<ResourceSources, 'pod' | 'own' | 'tuning'>): boolean {
  const named = { ...tuning.requests, ...tuning.limits }
  return own?.['resources'] === undefined && !isObject(pod.spec?.resources) && Object.keys(named).length === 0
}

type Amounts = Record<string, Amount>

function firstWords(words: readonly object[], kind: 'requests' | 'limits'): Amounts {
  const amounts: Amounts = {}
  for (const [rank, word] of words.entries()) {
    const map = (word as Partial<Record<typeof kind, unknown>>)[kind]
    if (!isObject(map)) continue
    for (const [name, value] of Object.entries(map)) {
      if (value !== null && value !== undefined) amounts[name] ??= { value: String(value), rank }
    }
  }
  return amounts
}

/** A limit below the request would keep the pod from being made: the weaker word follows the stronger one. */
function settle(name: string, { requests, limits }: { requests: Amounts; limits: Amounts }, notebook: Notebook): void {
  const request = requests[name]
  const limit = limits[name]
  if (request === undefined || limit === undefined || !isLess(limit.value, request.value)) return
  const isLimitStronger = limit.rank < request.rank
  const told = isLimitStronger
    ? `the request of ${name} is lowered to its limit ${limit.value}`
    : `the limit of ${name} is raised to its request ${request.value}`
  if (isLimitStronger) requests[name] = { ...request, value: limit.value }
  else limits[name] = { ...limit, value: request.value }
  notebook.note('ResourcesAdjusted', `${told}: a limit may not be below the request`)
}

function isLess(a: string, b: string): boolean {
  const [x, y] = [parseQuantity(a), parseQuantity(b)]
  return x !== undefined && y !== undefined && x < y
}

/** Every container of a Guaranteed pod has limits for CPU and memory, and asks for just as much. */
function isGuaranteed({ spec = {} }: RawPod, own: RawContainer | undefined): boolean {
  const others = [...listOf(spec.containers), ...listOf(spec.initContainers)].filter((container) => container !== own)
  return others.every(({ resources }) => {
    const { requests, limits } = isObject(resources) ? resources : {}
    if (!isObject(limits)) return false
    return ['cpu', 'memory'].every((name) => {
      const limit = limits[name]
      const request = isObject(requests) ? (requests[name] ?? limit) : limit
      return limit !== undefined && limit !== null && isSame(limit, request)
    })
  })
}

function isSame(a: unknown, b: unknown): boolean {
  if (String(a) === String(b)) return true
  const parsed = parseQuantity(a)
  return parsed !== undefined && parsed === parseQuantity(b)
}

function guaranteed(requests: Amounts, limits: Amounts): Resources {
  const cpu = limits['cpu']?.value ?? bigger(requests['cpu']?.value, GUARANTEED_CPU)
  const memory = bigger(limits['memory']?.value, requests['memory']?.value)
  const both = { ...values(requests), ...values(limits), cpu, memory }
  return { requests: both, limits: both }
}

function bigger(a: string | undefined, b: string | undefined): string {
  if (a === undefined || b === undefined) return a ?? b ?? '256Mi'
  return isLess(a, b) ? b : a
}

function values(amounts: Amounts): Quantities {
  return Object.fromEntries(Object.entries(amounts).map(([name, { value }]) => [name, value]))
}

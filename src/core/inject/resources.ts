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

/** The place of what quotas ask for, behind all that somebody has said. */
const QUOTA_RANK = 4

interface Amount {
  readonly value: string
  /** The place of its source: 0 goes first. */
  readonly rank: number
}

export function resourcesOf(sources: ResourceSources, notebook: Notebook): Resources {
  const { pod, own, tuning, policy, chart } = sources
  const isPodLevel = isObject(pod.spec?.resources)
  const words = [
    isObject(own?.['resources']) ? own['resources'] : {},
    tuning,
    policy?.sidecar?.resources ?? {},
    chart,
    namedByAll(othersOf(pod, own)),
  ]
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

/**
 * What a quota of the namespace may ask of every container, for amounts of which nobody has said a word: where all the others
 * have them. A pod without them would be refused, and a limit of CPU that nobody asks for would only make calls slow.
 */
const ASKED_BY_QUOTAS: Resources = {
  requests: { 'ephemeral-storage': '16Mi' },
  limits: { cpu: '500m', 'ephemeral-storage': '256Mi' },
}

function namedByAll(others: readonly RawContainer[]): Resources {
  const named = (kind: keyof Resources): Quantities => {
    const entries = Object.entries(ASKED_BY_QUOTAS[kind])
    return Object.fromEntries(
      entries.filter(([name]) => others.every((each) => amountOf(each, kind, name) !== undefined)),
    )
  }
  return { requests: named('requests'), limits: named('limits') }
}

function amountOf({ resources }: RawContainer, kind: keyof Resources, name: string): unknown {
  const amounts = isObject(resources) ? resources[kind] : undefined
  return isObject(amounts) ? (amounts[name] ?? undefined) : undefined
}

function othersOf({ spec = {} }: RawPod, own: RawContainer | undefined): readonly RawContainer[] {
  return [...listOf(spec.containers), ...listOf(spec.initContainers)].filter((container) => container !== own)
}

/** Every container of a Guaranteed pod has limits for CPU and memory, and asks for just as much. */
function isGuaranteed(pod: RawPod, own: RawContainer | undefined): boolean {
  return othersOf(pod, own).every((container) =>
    ['cpu', 'memory'].every((name) => {
      const limit = amountOf(container, 'limits', name)
      return limit !== undefined && isSame(limit, amountOf(container, 'requests', name) ?? limit)
    }),
  )
}

function isSame(a: unknown, b: unknown): boolean {
  if (String(a) === String(b)) return true
  const parsed = parseQuantity(a)
  return parsed !== undefined && parsed === parseQuantity(b)
}

function guaranteed(requests: Amounts, limits: Amounts): Resources {
  const { cpu: limit } = limits
  // That of quotas would be set aside as well.
  const cpu =
    limit !== undefined && limit.rank < QUOTA_RANK ? limit.value : bigger(requests['cpu']?.value, GUARANTEED_CPU)
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

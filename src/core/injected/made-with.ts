/** Was a pod made with other static fields than hold for it now? A resize in place may have brought its resources since. */

import { ANNOTATIONS, type PolicySpec, staticHash, wiringHash } from '../policy/documents.ts'
import { parseQuantity } from '../policy/quantity.ts'

export interface MadePod {
  readonly annotations: Readonly<Record<string, string>>
  /** Of its sidecar's container, as they are now. */
  readonly resources: PolicyResources | undefined
}

type PolicyResources = NonNullable<NonNullable<PolicySpec['sidecar']>['resources']>

/** wiring: a new pod alone has it. resources: a resize may bring them. resized: one has, unless the kubelet still waits. */
export type Difference = 'none' | 'wiring' | 'resources' | 'resized'

export function differenceOf({ annotations, resources = {} }: MadePod, spec: PolicySpec): Difference {
  const made = annotations[ANNOTATIONS.staticHash]
  if (made === undefined || made === staticHash(spec)) return 'none'
  if (annotations[ANNOTATIONS.wiringHash] !== wiringHash(spec)) return 'wiring'
  return hasAll(resources, spec.sidecar?.resources ?? {}) ? 'resized' : 'resources'
}

/** What the policy does not name is the chart's. */
function hasAll(now: PolicyResources, wanted: PolicyResources): boolean {
  return (['requests', 'limits'] as const).every((kind) =>
    Object.entries(wanted[kind] ?? {}).every(([name, value]) => {
      const amount = amountOf(now[kind], name)
      // A container of a Guaranteed pod asks for its limit, whatever else it was to ask for.
      const isAtLimit = kind === 'requests' && amount === amountOf(now.limits, name)
      return amount === parseQuantity(value) || isAtLimit
    }),
  )
}

function amountOf(quantities: Readonly<Record<string, unknown>> = {}, name: string): bigint | undefined {
  return parseQuantity(quantities[name])
}

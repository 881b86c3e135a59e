/**
 * What an Override leaves to the policies below it. It holds whole in all that it says. But where calls may go, how large they
 * may be and what the sidecar's container gets is not taken away by its silence: an off switch must not cut a pod off from
 * its models (docs/decisions/0009-what-an-override-leaves.md).
 */

import type { PolicySpec } from './schema.ts'

/** What a sidecar reads of it; the rest is for the next pod. */
export const INHERITED_BY_SIDECARS = ['providers', 'limits'] as const

const SECTIONS = [...INHERITED_BY_SIDECARS, 'sidecar'] as const

export type Section = (typeof SECTIONS)[number]

/** The sections of a spec that the next policy of the pod decides. */
export function sectionsLeft(spec: PolicySpec): readonly Section[] {
  return spec.scope === 'Override' ? SECTIONS.filter((section) => spec[section] === undefined) : []
}

/**
 * The first of some policies that decides a section: it names it, or is no Override and has the default.
 * @param leftBy what a policy leaves to those below it
 */
export function deciderOf<T>(
  policies: readonly T[],
  section: Section,
  leftBy: (policy: T) => readonly Section[],
): T | undefined {
  return policies.find((policy) => !leftBy(policy).includes(section))
}

/**
 * The spec that holds for a pod: the winner's, with the sections that it leaves to others.
 * @param specs of the policies that match it, by precedence
 */
export function specInForce(specs: readonly PolicySpec[]): PolicySpec {
  const [winner = {}] = specs
  return sectionsLeft(winner).reduce<PolicySpec>(
    (spec, section) => withSection(spec, deciderOf(specs, section, sectionsLeft) ?? {}, section),
    winner,
  )
}

/** One section of another spec in a spec. */
export function withSection(spec: PolicySpec, from: PolicySpec, section: Section): PolicySpec {
  const value = from[section]
  return value === undefined ? spec : { ...spec, [section]: value }
}

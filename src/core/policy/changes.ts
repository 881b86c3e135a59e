/**
 * What an edit of a policy does, and from when on: a conversation keeps the forms that it was sent in, so most edits of
 * `compression` hold for new results only (docs/conversations.md; provider-contracts PC-7).
 */

import { compilePolicy } from './compile.ts'
import { DEFAULT_EXCLUDED_TOOLS } from './excluded-tools.ts'
import type { Effect } from './schema/fields.ts'
import { type PolicySpec, PolicySpecSchema } from './schema.ts'

export interface PolicyChange {
  /** `spec.compression.mode`; a list changes as a whole. */
  readonly path: string
  /** Undefined where neither the policy nor a default says anything. */
  readonly before: unknown
  readonly after: unknown
  readonly effect: Effect
}

interface Field {
  readonly path: readonly string[]
  readonly effect: Effect
  readonly default: unknown
}

interface Node {
  readonly properties?: Readonly<Record<string, Node>>
  readonly effect?: Effect
  readonly default?: unknown
}

const FIELDS = fieldsOf(PolicySpecSchema as unknown as Node, [])

/** Fields whose values in force differ, defaults included, in the order of the schema. */
export function policyChanges(before: PolicySpec, after: PolicySpec): readonly PolicyChange[] {
  const [from, to] = [withDefaults(before), withDefaults(after)]
  return FIELDS.map(({ path, effect, default: byDefault }) => ({
    path: nameOf(path),
    before: valueAt(from, path) ?? byDefault,
    after: valueAt(to, path) ?? byDefault,
    effect,
  })).filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after))
}

/** Fields of a policy whose edits hold for new results only. */
export function heldFields(spec: PolicySpec): readonly string[] {
  const written = FIELDS.filter(({ path, effect }) => effect === 'new results' && valueAt(spec, path) !== undefined)
  return written.map(({ path }) => nameOf(path))
}

/** With the defaults that are not one value. */
function withDefaults(spec: PolicySpec): PolicySpec {
  const { cache } = compilePolicy(spec, { name: '', engineVersion: '' })
  const excludeTools = spec.compression?.excludeTools ?? [...DEFAULT_EXCLUDED_TOOLS]
  return { ...spec, compression: { ...spec.compression, excludeTools }, cache }
}

function fieldsOf(
  { properties = {}, effect = 'next call', default: byDefault }: Node,
  path: readonly string[],
): Field[] {
  const below = Object.entries(properties)
  if (below.length === 0) return [{ path, effect, default: byDefault }]
  return below.flatMap(([name, node]) => fieldsOf(node, [...path, name]))
}

function nameOf(path: readonly string[]): string {
  return ['spec', ...path].join('.')
}

function valueAt(spec: PolicySpec, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, key) => (node as Readonly<Record<string, unknown>> | undefined)?.[key], spec)
}

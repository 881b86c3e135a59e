/** Policy specs, made from the schema itself: a field that is added to it is generated as well. */

import fc from 'fast-check'
import { checkPolicy, type FieldPath } from '../../src/core/policy/check.ts'
import { PolicySpecSchema } from '../../src/core/policy/schema.ts'

export type Spec = Readonly<Record<string, unknown>>

interface Node {
  readonly [keyword: string]: unknown
  readonly properties?: Readonly<Record<string, Node>>
  readonly required?: readonly string[]
  readonly items?: Node
  readonly additionalProperties?: Node | false
}

const ROOT = PolicySpecSchema as unknown as Node

/** A URL and a name stand for the strings whose form only a rule knows. */
const TEXTS = ['https://gateway.example/v1', 'http://127.0.0.1:8080', 'read_file', 'mine']

const LABEL_KEYS = ['app', 'example.com/team', 'kubernetes.io/metadata.name']

/** Specs without an error, those with useless fields among them. */
export function validSpecs(): fc.Arbitrary<Spec> {
  return specs().map(withoutFaults)
}

/** Specs that the schema accepts, but perhaps no rule. */
export function specs(): fc.Arbitrary<Spec> {
  return arbitraryOf(ROOT) as fc.Arbitrary<Spec>
}

export function isAccepted(spec: Spec): boolean {
  return faultsOf(spec) === undefined
}

/** Takes out what an error names until there is none: cheaper than to wait for a spec that meets every rule by chance. */
function withoutFaults(spec: Spec): Spec {
  const whole = structuredClone(spec)
  for (let path = faultsOf(whole); path !== undefined; path = faultsOf(whole)) takeOut(whole, path)
  return whole
}

/** The place of the first error. */
function faultsOf(spec: Spec): FieldPath | undefined {
  const document = { apiVersion: 'm2m.io/v1alpha1', kind: 'M2MPolicy', metadata: { name: 'p' }, spec }
  const checked = checkPolicy(document)
  return checked.document === undefined ? checked.found[0]?.path.slice(1) : undefined
}

/** The deepest node of the path that there is. */
function takeOut(node: unknown, [key = '', ...rest]: FieldPath): void {
  const owner = node as Record<string | number, unknown>
  const [next] = rest
  const child = owner[key]
  if (next !== undefined && typeof child === 'object' && child !== null && Object.hasOwn(child, next))
    takeOut(child, rest)
  else if (Array.isArray(owner)) owner.splice(Number(key), 1)
  else delete owner[key]
}

/** Every edit of one field that only takes effects away, by its path: modes to Disabled and Audit, shares to 0, switches off. */
export function offEdits(): readonly { readonly path: readonly string[]; readonly value: unknown }[] {
  return editsOf(ROOT, [])
}

export function edited(spec: Spec, [name = '', ...rest]: readonly string[], value: unknown): Spec {
  const child = (spec[name] ?? {}) as Spec
  return { ...spec, [name]: rest.length === 0 ? value : edited(child, rest, value) }
}

/** The values of a list that switch a feature off, or let it only observe. */
const OFF_WORDS = new Set([
  'Disabled',
  'Audit',
  'Never',
  'Observe',
  'None',
  'Off',
  'Passthrough',
  'Default',
  'OnDelete',
])

function editsOf(node: Node, path: readonly string[]): { path: readonly string[]; value: unknown }[] {
  if (node.properties !== undefined) {
    return Object.entries(node.properties).flatMap(([name, child]) => editsOf(child, [...path, name]))
  }
  return offValues(node).map((value) => ({ path, value }))
}

function offValues(node: Node): unknown[] {
  if (Array.isArray(node['enum'])) return node['enum'].filter((value) => OFF_WORDS.has(value))
  if (node['type'] === 'boolean') return [false]
  return node['type'] === 'integer' && node['minimum'] === 0 ? [0] : []
}

function arbitraryOf(node: Node): fc.Arbitrary<unknown> {
  const { properties, items, additionalProperties, required = [] } = node
  if (Array.isArray(node['examples'])) return fc.constantFrom(...node['examples'])
  if (Array.isArray(node['type'])) return fc.oneof(...node['type'].map((type) => arbitraryOf({ ...node, type })))
  if (properties !== undefined) {
    const members = Object.entries(properties).map(([name, child]) => [name, arbitraryOf(child)] as const)
    return fc.record(Object.fromEntries(members), { requiredKeys: [...required] })
  }
  if (items !== undefined) {
    const list = { minLength: Number(node['minItems'] ?? 0), maxLength: 3 }
    return fc.uniqueArray(arbitraryOf(items), { ...list, selector: nameOf })
  }
  if (additionalProperties) {
    return fc.dictionary(fc.constantFrom(...LABEL_KEYS), arbitraryOf(additionalProperties), { minKeys: 1, maxKeys: 3 })
  }
  return scalarOf(node)
}

function scalarOf(node: Node): fc.Arbitrary<unknown> {
  const { pattern } = node
  if (Array.isArray(node['enum'])) return fc.constantFrom(...node['enum'])
  if (node['const'] !== undefined) return fc.constant(node['const'])
  if (node['type'] === 'boolean') return fc.boolean()
  if (node['type'] === 'integer') return fc.integer({ min: Number(node['minimum']), max: Number(node['maximum']) })
  if (typeof pattern !== 'string') return fc.constantFrom(...TEXTS)
  // Built-in names, or nearly every provider would want a base URL.
  const usual = ['openai', '10s', 'none'].filter((text) => new RegExp(pattern).test(text))
  return fc.oneof(fc.stringMatching(new RegExp(pattern)), ...usual.map((text) => fc.constant(text)))
}

function nameOf(value: unknown): string {
  return JSON.stringify((value as Spec | null)?.['name'] ?? value)
}

/** Valid policy specs, made from the schema itself: a field that is added to it is generated as well. */

import fc from 'fast-check'
import { checkPolicy } from '../../src/core/policy/check.ts'
import { PolicySpecSchema } from '../../src/core/policy/schema.ts'

export type Spec = Readonly<Record<string, unknown>>

interface Node {
  readonly [keyword: string]: unknown
  readonly properties?: Readonly<Record<string, Node>>
  readonly required?: readonly string[]
  readonly items?: Node
}

const ROOT = PolicySpecSchema as unknown as Node

/** A URL and a name stand for the strings whose form only a rule knows. */
const TEXTS = ['https://gateway.example/v1', 'http://127.0.0.1:8080', 'read_file', 'mine']

/** Specs without an error, those with useless fields among them. */
export function validSpecs(): fc.Arbitrary<Spec> {
  const objects = arbitraryOf(ROOT).filter((spec): spec is Spec => typeof spec === 'object' && spec !== null)
  return objects.filter((spec) => isAccepted(spec))
}

export function isAccepted(spec: Spec): boolean {
  const document = { apiVersion: 'm2m.io/v1alpha1', kind: 'M2MPolicy', metadata: { name: 'p' }, spec }
  return checkPolicy(document).document !== undefined
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
const OFF_WORDS = new Set(['Disabled', 'Audit', 'Never', 'Observe', 'None', 'Off', 'Passthrough'])

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
  const { properties, items, required = [] } = node
  if (properties !== undefined) {
    const members = Object.entries(properties).map(([name, child]) => [name, arbitraryOf(child)] as const)
    return fc.record(Object.fromEntries(members), { requiredKeys: [...required] })
  }
  if (items !== undefined) {
    const list = { minLength: Number(node['minItems'] ?? 0), maxLength: 3 }
    return fc.uniqueArray(arbitraryOf(items), { ...list, selector: nameOf })
  }
  if (Array.isArray(node['enum'])) return fc.constantFrom(...node['enum'])
  if (node['const'] !== undefined) return fc.constant(node['const'])
  if (node['type'] === 'boolean') return fc.boolean()
  if (node['type'] === 'integer') return fc.integer({ min: Number(node['minimum']), max: Number(node['maximum']) })
  if (Array.isArray(node['examples'])) return fc.constantFrom(...node['examples'])
  const { pattern } = node
  if (typeof pattern !== 'string') return fc.constantFrom(...TEXTS)
  return fc.constantFrom('10s', 'none', 'openai', 'mine').filter((text) => new RegExp(pattern).test(text))
}

function nameOf(value: unknown): string {
  return JSON.stringify((value as Spec | null)?.['name'] ?? value)
}

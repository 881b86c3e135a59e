/** The policy's schema in the words that a CustomResourceDefinition knows. What an API server makes of it: test/cluster. */

import { describe, expect, test } from 'vitest'
import { policyDefinition } from '../../scripts/crd/definition.ts'
import { DIFFERENCES, explained } from '../../scripts/crd/differences.ts'
import { definitionTemplate } from '../../scripts/crd/files.ts'
import { definitionReference } from '../../scripts/crd/reference.ts'
import { type Node, type Structural, structural } from '../../scripts/crd/structural.ts'
import { RULES } from '../../src/core/policy/rules.ts'

const translated = (node: Node, kept: readonly string[] = []) => structural(node, '', (path) => kept.includes(path))

describe('a schema', () => {
  test.each<[string, Node, object]>([
    ['a list of values gets their type', { enum: ['a', 'b'] }, { type: 'string', enum: ['a', 'b'] }],
    ['one value is a list of one', { type: 'boolean', const: false }, { type: 'boolean', enum: [false] }],
    [
      'closed objects are closed by the server',
      { type: 'object', additionalProperties: false, properties: {} },
      { type: 'object', properties: {} },
    ],
    [
      'maps keep the schema of their values',
      { type: 'object', additionalProperties: { type: 'string' } },
      { type: 'object', additionalProperties: { type: 'string' } },
    ],
    [
      'a list has one owner',
      { type: 'array', items: { type: 'string' } },
      { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'atomic' },
    ],
    [
      'a list without duplicates is a set',
      { type: 'array', uniqueItems: true, items: { type: 'string' } },
      { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    ],
    [
      'integer or text',
      { type: ['integer', 'string'], pattern: '^a$' },
      { 'x-kubernetes-int-or-string': true, pattern: '^a$' },
    ],
    [
      'text or list has no type, and holds no object',
      { type: ['string', 'array'], items: { type: 'string' } },
      { 'x-kubernetes-preserve-unknown-fields': true, maxProperties: 0, items: { type: 'string' } },
    ],
    [
      'a default is told, not stored',
      { type: 'integer', default: 5, description: 'How many.' },
      { type: 'integer', description: 'How many. Default: 5.' },
    ],
    [
      'what is for files alone is left out',
      { type: 'object', properties: { here: { enum: ['A', 'B'], localValues: ['B'] }, there: { localOnly: true } } },
      { type: 'object', properties: { here: { type: 'string', enum: ['A'] } } },
    ],
  ])('%s', (_title, node, expected) => {
    expect(translated(node)).toEqual(expected)
  })

  test('keeps a default that is asked for', () => {
    expect(translated({ type: 'object', properties: { n: { type: 'integer', default: 5 } } }, ['.n'])).toEqual({
      type: 'object',
      properties: { n: { type: 'integer', default: 5 } },
    })
  })

  test('with a keyword that has no translation is refused with its place', () => {
    const node = { type: 'object', properties: { a: { type: 'string', format: 'uri' } } }
    expect(() => translated(node)).toThrow('.a: the keyword format has no translation')
  })
})

test('the definition carries every rule of the product, word for word', () => {
  const text = JSON.stringify(policyDefinition())
  for (const { cel, message } of RULES) {
    expect(text).toContain(JSON.stringify(cel))
    expect(text).toContain(JSON.stringify(message))
  }
})

test('only defaults that can never change are stored', () => {
  const text = JSON.stringify(policyDefinition().spec.versions[0]?.schema)
  expect(text.match(/"default":[^,}]+/g)).toEqual(['"default":"Default"', '"default":0'])
})

test('kubectl explain has words for every field of a policy', () => {
  const { spec } = policyDefinition().spec.versions[0]?.schema.openAPIV3Schema.properties ?? {}
  expect(withoutDescription(spec as Structural, 'spec')).toEqual([])
})

function withoutDescription(node: Structural, path: string): string[] {
  const { properties = {}, items, description } = node
  const below = Object.entries(properties).flatMap(([name, child]) => withoutDescription(child, `${path}.${name}`))
  const inside = Object.entries(items?.properties ?? {}).flatMap(([name, child]) =>
    withoutDescription(child, `${path}[].${name}`),
  )
  return [...(description === undefined ? [path] : []), ...below, ...inside]
}

test('a template of a chart is the file, between its conditions', () => {
  const optional = definitionTemplate({ isOptional: true })
  expect(optional.startsWith('{{- if .Values.crds.enabled }}\napiVersion:')).toBe(true)
  expect(optional.endsWith('{{- end }}\n')).toBe(true)
  expect(optional).toContain(definitionTemplate({ isOptional: false }))
})

test('the page tells every difference, and what explains one message does not explain another', () => {
  const page = definitionReference()
  const rows = page.split('\n').filter((line) => line.startsWith('| '))
  for (const { policy, reason } of DIFFERENCES) {
    expect(rows.filter((row) => row.includes(policy) && row.includes(reason))).toHaveLength(1)
  }
  const known = 'spec.cache: must not be null: give it a value, or leave it out'
  expect(explained('product', [known])).toEqual(new Set(['null']))
  expect(explained('product', [known, 'spec.cache.mode: must be one of Disabled, Audit, Auto'])).toBeUndefined()
  expect(explained('server', [known])).toBeUndefined()
  expect(explained('product', [])).toBeUndefined()
})

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { fieldPaths, policyFieldPaths } from '../../../src/core/policy/documents.ts'

test('the fields of this version are those of the definition that ships with it', () => {
  const definition = parse(readFileSync('crds/m2mpolicies.yaml', 'utf8'))
  const { spec } = definition.spec.versions[0].schema.openAPIV3Schema.properties
  expect(fieldPaths(spec, 'spec').sort()).toEqual(policyFieldPaths().sort())
  expect(policyFieldPaths()).toContain('spec.providers[].credentials.secretKeyRef.key')
})

test('a schema without fields has none', () => {
  expect(fieldPaths({}, 'spec')).toEqual([])
})

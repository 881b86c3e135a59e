/** Switching something off is never refused: a running sidecar would go on with its last policy. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePolicyDocuments } from '../../../src/core/policy/documents.ts'
import { compilePolicy } from '../../../src/core/policy/index.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { edited, isAccepted, offEdits, type Spec, validSpecs } from '../../support/policy-specs.ts'

const EDITS = offEdits()

const SAMPLES: readonly Spec[] = [
  {},
  sampleOf('examples/m2mpolicy.yaml'),
  { compression: { holdoutPercent: 10 } },
  { compression: { mode: 'Enforce', profile: 'Aggressive', holdoutPercent: 50, userText: 'Observations' } },
  { compression: { profile: 'Balanced', minTokens: 8, excludeTools: [], subscriptionTraffic: true } },
  { cache: { mode: 'Auto' }, compression: { profile: 'Balanced' } },
  { failureMode: 'Closed', telemetry: { streamUsage: 'Inject', otlpEndpoint: 'http://collector:4318' } },
  { limits: { maxBodyBytes: 65_536, maxTransformBytes: 4096 } },
  { providers: [{ name: 'mine', baseURL: 'http://127.0.0.1:1', allowInsecure: true, timeouts: { idle: 'none' } }] },
]

test('the edits cover every switch of the schema', () => {
  expect(EDITS.map(({ path, value }) => `${path.join('.')}=${value}`)).toEqual(
    expect.arrayContaining([
      'compression.mode=Disabled',
      'compression.mode=Audit',
      'compression.holdoutPercent=0',
      'compression.userText=Never',
      'cache.mode=Disabled',
      'cache.mode=Audit',
      'telemetry.metrics=false',
      'telemetry.responseHeaders=false',
      'telemetry.streamUsage=Observe',
    ]),
  )
})

describe.each(EDITS)('$path = $value', ({ path, value }) => {
  test.each(SAMPLES)('is accepted in %j', (sample) => {
    expect(isAccepted(sample)).toBe(true)
    expect(isAccepted(edited(sample, path, value))).toBe(true)
  })
})

test('every switch is accepted in every valid policy, one after the other, and the policy compiles', () => {
  assertProperty(
    fc.property(validSpecs(), fc.shuffledSubarray([...EDITS], { minLength: 1 }), (spec, edits) => {
      let changed = spec
      for (const { path, value } of edits) {
        changed = edited(changed, path, value)
        expect(isAccepted(changed)).toBe(true)
      }
      const text = `apiVersion: m2m.io/v1alpha1\nkind: M2MPolicy\nmetadata: { name: p }\nspec: ${JSON.stringify(changed)}`
      for (const policy of parsePolicyDocuments(text, 'p.yaml').policies) {
        expect(compilePolicy(policy.spec, { name: 'p', engineVersion: '1' }).name).toBe('p')
      }
    }),
  )
})

test.each([
  [
    '{ compression: { mode: Audit, holdoutPercent: 10 } }',
    'p.yaml:4: spec.compression.holdoutPercent: has no effect: sessions are held out only with mode Enforce',
  ],
  [
    '{ limits: { maxBodyBytes: 4096, maxTransformBytes: 8192 } }',
    'p.yaml:4: spec.limits.maxTransformBytes: has no effect above maxBodyBytes: larger bodies are refused',
  ],
])('%s is accepted with a note', (spec, note) => {
  const head = 'apiVersion: m2m.io/v1alpha1\nkind: M2MPolicy\nmetadata: { name: p }\n'
  const { policies, errors, notes } = parsePolicyDocuments(`${head}spec: ${spec}`, 'p.yaml')
  expect([policies.length, errors]).toEqual([1, []])
  expect(notes.map(({ file, line, path, message }) => `${file}:${line}: ${path}: ${message}`)).toEqual([note])
})

function sampleOf(file: string): Spec {
  const text = readFileSync(join(import.meta.dirname, '../../..', file), 'utf8')
  return parsePolicyDocuments(text, file).policies[0]?.spec ?? {}
}

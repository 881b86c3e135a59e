import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { heldFields, policyChanges } from '../../../src/core/policy/documents.ts'
import type { PolicySpec } from '../../../src/core/policy/index.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { validSpecs } from '../../support/policy-specs.ts'

const NEW = 'new results'

describe('an edit of a policy', () => {
  test.each<[string, PolicySpec, PolicySpec, string[]]>([
    [
      'PC-7: a mode and a profile hold for new results',
      { compression: { mode: 'Audit', profile: 'Safe' }, cache: { mode: 'Audit' } },
      { compression: { mode: 'Enforce', profile: 'Balanced' }, cache: { mode: 'Audit' } },
      [`spec.compression.mode Audit Enforce ${NEW}`, `spec.compression.profile Safe Balanced ${NEW}`],
    ],
    [
      'a profile above Safe turns marks on as well, from the next call on',
      {},
      { compression: { profile: 'Balanced' } },
      [`spec.compression.profile Safe Balanced ${NEW}`, 'spec.cache.mode Audit Auto next call'],
    ],
    ['a default that is written out is no change', {}, { compression: { mode: 'Enforce', holdoutPercent: 0 } }, []],
    [
      'a field that is taken out goes back to its default',
      { compression: { holdoutPercent: 10, minTokens: 64 } },
      { compression: {} },
      [`spec.compression.minTokens 64 32 ${NEW}`, `spec.compression.holdoutPercent 10 0 ${NEW}`],
    ],
    ['unpin counts at once', {}, { compression: { unpin: true } }, ['spec.compression.unpin false true once']],
    [
      'limits, time-outs and replies hold from the next call on',
      { limits: { maxTransformBytes: 4096 }, telemetry: { otlpEndpoint: 'http://a:1' } },
      { limits: { maxBodyBytes: 4096, maxTransformBytes: 2048 }, failureMode: 'Closed' },
      [
        'spec.limits.maxBodyBytes 67108864 4096 next call',
        `spec.limits.maxTransformBytes 4096 2048 ${NEW}`,
        'spec.failureMode Open Closed next call',
        'spec.telemetry.otlpEndpoint http://a:1 undefined start',
      ],
    ],
  ])('%s', (_title, before, after, expected) => {
    const changes = policyChanges(before, after)
    expect(changes.map((change) => `${change.path} ${change.before} ${change.after} ${change.effect}`)).toEqual(
      expected,
    )
  })

  test('lists are compared as a whole', () => {
    const changes = policyChanges(
      { providers: [{ name: 'openai' }] },
      { providers: [{ name: 'openai' }, { name: 'anthropic' }], compression: { excludeTools: [] } },
    )
    expect(changes.map(({ path, effect }) => [path, effect])).toEqual([
      ['spec.providers', 'next call'],
      ['spec.compression.excludeTools', NEW],
    ])
  })
})

test('any two policies differ in the same fields both ways, and none differs from itself', () => {
  assertProperty(
    fc.property(validSpecs(), validSpecs(), (one, other) => {
      const [a, b] = [one as PolicySpec, other as PolicySpec]
      expect(policyChanges(a, structuredClone(a))).toEqual([])
      const back = policyChanges(b, a).map((change) => ({ ...change, before: change.after, after: change.before }))
      expect(policyChanges(a, b)).toEqual(back)
    }),
  )
})

test('PC-7: names the fields of a policy whose edits hold for new results only', () => {
  expect(heldFields({ failureMode: 'Open', cache: { mode: 'Auto' }, compression: { unpin: true } })).toEqual([])
  expect(heldFields({ compression: { profile: 'Safe', excludeTools: [], unpin: true } })).toEqual([
    'spec.compression.profile',
    'spec.compression.excludeTools',
  ])
})

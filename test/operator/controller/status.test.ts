import { describe, expect, test } from 'vitest'
import { conditionsOf, type Finding } from '../../../operator/controller/conditions.ts'
import {
  hasKey,
  type PlaceFacts,
  type PolicyFacts,
  type PolicyStatus,
  statusOf,
} from '../../../operator/controller/status.ts'
import { NO_PODS } from '../../../operator/controller/tally.ts'
import { acceptPolicy } from '../../../src/core/policy/documents.ts'

const NOW = new Date('2026-05-01T12:00:00.789Z')
const BEFORE = '2026-04-01T00:00:00Z'

function facts(changes: Partial<PolicyFacts> & { readonly spec?: object } = {}): PolicyFacts {
  const { spec = {}, ...rest } = changes
  const accepted = acceptPolicy({ metadata: { namespace: 'shop', name: 'a' }, spec }, 'm2m')
  return { generation: 4, accepted, keysInAnnotation: [], places: [place()], pods: NO_PODS, conflicts: [], ...rest }
}

function place(changes: Partial<PlaceFacts> = {}): PlaceFacts {
  const written = { result: 'written', hash: 'h1', bytes: 120, message: '' } as const
  return { namespace: 'shop', isCovered: false, blame: undefined, ...written, ...changes }
}

function told(status: PolicyStatus): readonly string[] {
  return (status.conditions ?? []).map(({ type, status: value, reason, message }) =>
    `${type}=${value}/${reason} ${message}`.trim(),
  )
}

describe('the status of a policy', () => {
  test('that holds says its generation, hash and file', () => {
    expect(statusOf(facts(), {}, NOW)).toEqual({
      observedGeneration: 4,
      configHash: 'h1',
      bundle: { configMap: 'm2m-bundle', bytes: 120 },
      pods: { matched: 0, stale: 0, overridden: 0 },
      conditions: [
        condition({ type: 'Accepted', reason: 'Accepted' }),
        condition({ type: 'Programmed', reason: 'Programmed' }),
      ],
    })
  })

  test.each<[string, PolicyFacts, readonly string[]]>([
    [
      'a mistake',
      facts({ spec: { failureMode: 'Ajar' }, places: [] }),
      [
        'Accepted=False/Invalid spec.failureMode: must be one of Open, Closed',
        'Programmed=False/NotAccepted it is in no bundle',
      ],
    ],
    [
      'a key in the annotation, beside what else there is',
      facts({ keysInAnnotation: ['spec.x'] }),
      [
        'Accepted=True/Accepted a key stands in the annotation of kubectl apply at spec.x: rotate it, and use kubectl apply --server-side',
        'Programmed=True/Programmed',
      ],
    ],
    [
      'it is suspended',
      facts({ spec: { suspend: true }, places: [] }),
      ['Accepted=True/Accepted', 'Programmed=False/Suspended it is in no bundle: the next policy by precedence holds'],
    ],
    [
      'no namespace is selected',
      facts({ places: [] }),
      ['Accepted=True/Accepted', 'Programmed=False/Pending no namespace with injected pods is selected'],
    ],
    [
      'a write failed in one of two namespaces',
      facts({ places: [place(), place({ namespace: 'b', result: 'failed', message: 'forbidden' })] }),
      [
        'Accepted=True/Accepted',
        'Programmed=False/WriteFailed 1 of 2 bundles: that of b could not be written: forbidden',
      ],
    ],
    [
      'it makes the bundle too large',
      facts({ places: [place({ result: 'refused', blame: 'TooLarge', message: 'too much' })] }),
      [
        'Accepted=False/BundleTooLarge the bundle of namespace shop stays as it was: too much',
        'Programmed=False/Pending 1 of 1 bundles: that of shop stays as it was: too much',
      ],
    ],
    [
      'its file would hold a key',
      facts({ places: [place({ result: 'refused', blame: 'LiteralKey', message: 'a key' })] }),
      [
        'Accepted=False/Invalid the bundle of namespace shop stays as it was: a key',
        'Programmed=False/Pending 1 of 1 bundles: that of shop stays as it was: a key',
      ],
    ],
    [
      'older sidecars cannot read it',
      facts({ places: [place({ hash: undefined })] }),
      [
        'Accepted=True/Accepted',
        'Programmed=False/Pending pods of shop have older sidecars, whose bundles hold one policy without selector',
      ],
    ],
    [
      'others hold for all of its pods in one of two namespaces',
      facts({ places: [place(), place({ namespace: 'b', isCovered: true })] }),
      [
        'Accepted=True/Accepted',
        'Programmed=True/Programmed',
        'Overridden=True/PartlyOverridden other policies hold for all of its pods in namespace b: see conflicts',
      ],
    ],
    [
      'others hold for some pods, some do not answer, some were made with other fields',
      facts({ pods: { ...NO_PODS, matched: 5, overridden: 2, silent: 1, outdated: 3 } }),
      [
        'Accepted=True/Accepted',
        'Programmed=True/Programmed 1 pods did not say what they run',
        'Overridden=True/PartlyOverridden other policies hold for 2 of the pods that it selects: see conflicts',
        'RestartRequired=True/StaticFieldsChanged 3 pods were made with other static fields; they change with their next rollout',
      ],
    ],
  ])('says that %s', (_title, given, expected) => {
    expect(told(statusOf(given, {}, NOW))).toEqual(expected)
  })

  test('keeps a condition that was once true, as false', () => {
    const was = statusOf(facts({ places: [place({ isCovered: true })] }), {}, NOW)
    expect(told(statusOf(facts(), was, NOW))).toEqual([
      'Accepted=True/Accepted',
      'Programmed=True/Programmed',
      'Overridden=False/Effective',
    ])
  })

  test('keeps what is known of stale pods until they were asked', () => {
    const before: PolicyStatus = { pods: { matched: 5, stale: 4, overridden: 0 } }
    const asking = facts({ pods: { ...NO_PODS, matched: 3, stale: 1, isIncomplete: true } })
    expect(statusOf(asking, before, NOW).pods).toEqual({ matched: 3, stale: 3, overridden: 0 })
    const asked = facts({ pods: { ...NO_PODS, matched: 3, stale: 1 } })
    expect(statusOf(asked, before, NOW).pods).toEqual({ matched: 3, stale: 1, overridden: 0 })
  })
})

function condition(finding: Partial<Finding> & Pick<Finding, 'type' | 'reason'>): object {
  return { status: 'True', message: '', observedGeneration: 4, lastTransitionTime: '2026-05-01T12:00:00Z', ...finding }
}

test('a key is told by what was found, not by the words of a message', () => {
  expect(hasKey(facts({ spec: { compression: { excludeTools: [`sk-${'proj'}-Ab3dE6gH9jK2mN5pQ8sT`] } } }))).toBe(true)
  expect(hasKey(facts({ keysInAnnotation: ['spec.apiKey'] }))).toBe(true)
  expect(hasKey(facts({ places: [place({ blame: 'LiteralKey' })] }))).toBe(true)
  expect(hasKey(facts({ spec: { 'what looks like a key': 1 } }))).toBe(false)
  expect(hasKey(facts())).toBe(false)
})

test('the time of a condition changes with its status alone', () => {
  const finding: Finding = { type: 'Accepted', status: 'True', reason: 'Accepted', message: '' }
  const [before] = conditionsOf([finding], { generation: 1, now: new Date(BEFORE) })
  const timeOf = (next: Finding): string | undefined =>
    conditionsOf([next], { before: [before!], generation: 2, now: NOW })[0]?.lastTransitionTime
  expect(timeOf({ ...finding, reason: 'Other', message: 'other' })).toBe(BEFORE)
  expect(timeOf({ ...finding, status: 'False' })).toBe('2026-05-01T12:00:00Z')
})

test('a message that is cut within a character is what the API server stores of it', () => {
  const finding = { type: 'Accepted', status: 'False', reason: 'Invalid', message: `${'a'.repeat(2047)}😀` } as const
  const [condition] = conditionsOf([finding], { generation: 1, now: new Date(0) })
  expect(condition?.message).toBe(`${'a'.repeat(2047)}\ufffd`)
})

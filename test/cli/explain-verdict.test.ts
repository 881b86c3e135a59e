/** What keeps a pod from running the policy that it should: every cause by its facts. */

import { describe, expect, test } from 'vitest'
import { blocksOf, type Expected, type PodState } from '../../src/cli/explain/verdict.ts'
import { acceptPolicy, isRefused, type PolicySpec, staticHash, wiringHash } from '../../src/core/policy/documents.ts'

const RUNNING = { name: 'api', namespace: 'shop', revision: 'r', hash: 'now', isStale: false }
const POD: PodState = {
  namespace: 'shop',
  injection: { isInjected: true, because: '' },
  trouble: undefined,
  bundleVersion: 2,
  made: madeWith({}),
  pendingResize: undefined,
  bundle: { state: 'read', version: 2, entry: { key: 'shop.api.json', hash: 'now' } },
  running: RUNNING,
}
const DEBUG: PolicySpec = { sidecar: { logLevel: 'debug' } }
const LARGE: PolicySpec = { sidecar: { resources: { limits: { memory: '512Mi' } } } }
const TROUBLE = { reason: 'SidecarNotStarted', state: 'image', message: 'no image' } as const
const WORD = { generation: 3, observedGeneration: 3, conditions: [] }
const EXPECTED: Expected = { policy: accepted(), spec: {}, hash: 'now', word: WORD }
const BEHIND = { ...EXPECTED, hash: 'new' }

function madeWith(spec: PolicySpec, resources?: PodState['made']['resources']): PodState['made'] {
  const annotations = { 'm2m.io/static-hash': staticHash(spec), 'm2m.io/wiring-hash': wiringHash(spec) }
  return { annotations, resources }
}

function accepted(spec: object = {}): Expected['policy'] {
  const found = acceptPolicy({ metadata: { namespace: 'shop', name: 'api' }, spec }, 'm2m-system')
  if (isRefused(found)) throw new Error(found.message)
  return found
}

function condition(
  type: string,
  status: string,
  reason: string,
  message: string,
): Expected['word']['conditions'][number] {
  return { type, status, reason, message }
}

function told(pod: Partial<PodState>, expected: Expected | undefined = EXPECTED): string[] {
  return blocksOf({ ...POD, ...pod }, expected).map(({ reason, message }) => `${reason}: ${message}`)
}

describe('nothing is in the way', () => {
  test('where bundle, sidecar and static fields are those of the policy', () => {
    expect(told({})).toEqual([])
  })

  test('where no policy holds, and the sidecar runs none', () => {
    const bundle = { state: 'read', version: 2, entry: undefined } as const
    expect(blocksOf({ ...POD, bundle, running: { ...RUNNING, hash: '' } }, undefined)).toEqual([])
  })

  test('where the sidecar was given the resources of its policy since it was made', () => {
    expect(told({ made: madeWith({}, { limits: { memory: '0.5Gi' } }) }, { ...EXPECTED, spec: LARGE })).toEqual([])
    const even = { requests: { memory: '512Mi' }, limits: { memory: '512Mi' } }
    const small: PolicySpec = { sidecar: { resources: { ...LARGE.sidecar?.resources, requests: { memory: '96Mi' } } } }
    expect(told({ made: madeWith({}, even) }, { ...EXPECTED, spec: small })).toEqual([])
  })

  test('where another container of the pod waits for resources', () => {
    expect(told({ pendingResize: 'Node has no room' })).toEqual([])
  })

  test('where the pod does not say with what it was made', () => {
    expect(told({ made: { annotations: {}, resources: undefined }, bundleVersion: undefined })).toEqual([])
  })
})

describe('in the way is', () => {
  test.each<[string, Partial<PodState>, Expected | undefined, RegExp[]]>([
    [
      'a pod without a sidecar',
      { injection: { isInjected: false, because: 'none is installed' } },
      EXPECTED,
      [/^NotInjected: the pod has no sidecar: none is installed$/],
    ],
    [
      'a sidecar that does not run',
      { trouble: { ...TROUBLE, fromMs: 0 }, running: { problem: 'the pod is Pending' } },
      EXPECTED,
      [/^SidecarNotStarted: no image$/],
    ],
    [
      'no more than a start that takes its time',
      { trouble: { ...TROUBLE, fromMs: Date.now() + 60_000 }, running: { problem: 'the pod is Pending' } },
      EXPECTED,
      [/^SidecarUnreachable/],
    ],
    [
      'a bundle that is not there',
      { bundle: { state: 'missing' } },
      EXPECTED,
      [/^NoBundle: namespace shop/, /^NotYetRead/],
    ],
    [
      'a bundle by hand',
      { bundle: { state: 'unreadable', message: 'is not a list' } },
      EXPECTED,
      [/^BundleUnreadable: the bundle's index is not a list$/],
    ],
    ['a bundle of before', {}, BEHIND, [/^BundleBehind: the bundle holds shop\.api\.json .* shop\/api as it is now$/]],
    [
      'no operator',
      {},
      { ...BEHIND, word: { ...WORD, observedGeneration: undefined } },
      [/^BundleBehind/, /^NotObserved: no operator/],
    ],
    [
      'an operator that is behind',
      {},
      { ...BEHIND, word: { ...WORD, observedGeneration: 2 } },
      [/^BundleBehind/, /generation 2 of shop\/api, which is at 3$/],
    ],
    [
      'a bundle that would be too large',
      {},
      { ...BEHIND, word: { ...WORD, conditions: [condition('Accepted', 'False', 'BundleTooLarge', '912 KiB')] } },
      [/^BundleBehind/, /^NotProgrammed: shop\/api: Accepted=False, BundleTooLarge: 912 KiB$/],
    ],
    [
      'a write that failed',
      {},
      {
        ...BEHIND,
        word: {
          ...WORD,
          conditions: [
            condition('Accepted', 'True', 'Accepted', ''),
            condition('Programmed', 'False', 'WriteFailed', 'quota'),
            condition('Overridden', 'False', 'Effective', ''),
          ],
        },
      },
      [/^BundleBehind/, /^NotProgrammed: shop\/api: Programmed=False, WriteFailed: quota$/],
    ],
    ['a policy that holds no more', {}, undefined, [/^BundleBehind: .* should hold no policy$/]],
    ['an older sidecar', { bundleVersion: 1 }, EXPECTED, [/^VersionMismatch: .* version 2, .* reads 1 at most$/]],
    [
      'a sidecar that does not answer',
      { running: { problem: 'refused' } },
      EXPECTED,
      [/^SidecarUnreachable: .*: refused$/],
    ],
    ['a sidecar that cannot use its files', { running: { ...RUNNING, isStale: true } }, EXPECTED, [/^SidecarRefuses/]],
    ['a volume of before', { running: { ...RUNNING, hash: 'old' } }, EXPECTED, [/^NotYetRead: .* up to 90 s/]],
    ['other static fields', { made: madeWith(DEBUG) }, EXPECTED, [/^RestartRequired/]],
    [
      'other resources',
      { made: madeWith({}, { limits: { memory: '256Mi' } }) },
      { ...EXPECTED, spec: LARGE },
      [/^RestartRequired: .*hotReload.resize/],
    ],
    [
      'a node without room for others',
      { made: madeWith({}, { limits: { memory: '512Mi' } }), pendingResize: 'Node has no room' },
      { ...EXPECTED, spec: LARGE },
      [/^RestartRequired: .*waiting: Node has no room/],
    ],
  ])('%s', (_, pod, expected, messages) => {
    const lines = blocksOf({ ...POD, ...pod }, expected).map(({ reason, message }) => `${reason}: ${message}`)
    expect(lines).toEqual(messages.map((message) => expect.stringMatching(message)))
  })
})

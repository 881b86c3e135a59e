import { describe, expect, test } from 'vitest'
import { eventsOf } from '../../../operator/injector/events.ts'
import { createObserve } from '../../../operator/injector/observe.ts'
import { ownerKindOf } from '../../../operator/injector/owner.ts'
import { isUnreadable, type Review, readReview } from '../../../operator/injector/review.ts'
import type { KubeEvent } from '../../../operator/kube/index.ts'
import { askingPod, injected, OWNER, reviewOf } from './reviews.ts'

function review(metadata: object): Review {
  const read = readReview(reviewOf(askingPod(metadata)))
  if (isUnreadable(read)) throw new Error(read.message)
  return read
}

const NODE = { apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'n' }
const SKIPPED = { result: 'skipped', reason: 'HostNetwork', message: 'why', patch: [] } as const

function told(events: readonly KubeEvent[]): string[] {
  return events.map(({ type, reason, regarding: { kind, name } }) => `${type} ${reason} ${kind}/${name}`)
}

describe('Events', () => {
  test.each([
    ['the owner that controls it', { ownerReferences: [{ ...NODE, kind: 'Thing' }, OWNER] }, 'ReplicaSet/web-7f'],
    [
      'the first owner where none controls it',
      { ownerReferences: [{ ...OWNER, controller: undefined }] },
      'ReplicaSet/web-7f',
    ],
    ['the pod, where a node made it', { name: 'static-n1', ownerReferences: [NODE] }, 'Pod/static-n1'],
    ['the pod, where nobody did', { name: 'alone' }, 'Pod/alone'],
    ['its coming name', { generateName: 'job-' }, 'Pod/job'],
  ])('are about %s', (_title, metadata, regarding) => {
    expect(told(eventsOf(review(metadata), SKIPPED))).toEqual([`Warning InjectionSkipped ${regarding}`])
  })

  test('there are none about what has no name', () => {
    expect(eventsOf(review({ generateName: undefined }), SKIPPED)).toEqual([])
  })

  test('are about no name of a million characters', { timeout: 20_000 }, () => {
    const [event] = eventsOf(review({ generateName: `${'-'.repeat(1_000_000)}a` }), SKIPPED)
    expect(event).toBeUndefined()
  })

  test('tell what was left out, and good news only of what owns pods', () => {
    const outcome = injected({ notes: [{ reason: 'VariableKept', message: 'a' }] })
    expect(told(eventsOf(review({ ownerReferences: [OWNER] }), outcome))).toEqual([
      'Normal Injected ReplicaSet/web-7f',
      'Warning VariableKept ReplicaSet/web-7f',
    ])
    expect(told(eventsOf(review({ name: 'alone' }), outcome))).toEqual(['Warning VariableKept Pod/alone'])
  })

  test('of 5,000 owners at once are few, but no warning is kept back', () => {
    const events: KubeEvent[] = []
    const observe = createObserve({
      metrics: { record: () => {} },
      events: { emit: (event) => void events.push(event) },
      log: { debug: () => {}, info: () => {} },
    })
    for (let i = 0; i < 5_000; i++) {
      const one = review({ ownerReferences: [{ ...OWNER, name: `job-${i}`, uid: `u-${i}` }] })
      observe.answered(one, i % 10 === 0 ? SKIPPED : injected(), 1)
    }
    expect(events.filter(({ type }) => type === 'Warning')).toHaveLength(500)
    // Five more for each second that this takes.
    expect(events.filter(({ type }) => type === 'Normal').length).toBeLessThan(150)
  })
})

test('a flood of warnings, which anybody in the cluster can cause, is no flood of Events', () => {
  let events = 0
  const observe = createObserve({
    metrics: { record: () => {} },
    events: { emit: () => void events++ },
    log: { debug: () => {}, info: () => {} },
  })
  for (let i = 0; i < 10_000; i++) observe.answered(review({ name: `pod-${i}` }), SKIPPED, 1)
  expect(events).toBeGreaterThanOrEqual(1_000)
  // Twenty more for each second that this takes.
  expect(events).toBeLessThan(2_000)
})

test('kinds of owners are few in figures, whoever owns pods', () => {
  const kindOf = (kind: string): string => ownerKindOf(askingPod({ ownerReferences: [{ ...OWNER, kind }] }))
  expect(['Job', 'ReplicaSet', 'Workflow', 'x'.repeat(99)].map(kindOf)).toEqual(['Job', 'ReplicaSet', 'other', 'other'])
  expect(ownerKindOf(askingPod())).toBe('none')
})

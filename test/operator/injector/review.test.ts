import { describe, expect, test } from 'vitest'
import { isUnreadable, readReview, writeReview } from '../../../operator/injector/review.ts'
import { askingPod, readAnswer, reviewOf } from './reviews.ts'

describe('a review', () => {
  test('is read: where the pod is going, what is done, and the pod as it came', () => {
    const pod = { ...askingPod(), spec: { future: { deep: [1.5, '\u2028'] } } }
    expect(readReview(reviewOf(askingPod()))).toEqual({
      uid: 'u-1',
      namespace: 'shop',
      operation: 'CREATE',
      resource: 'pods',
      isDryRun: false,
      pod: askingPod(),
    })
    expect(readReview(reviewOf(pod, { dryRun: true, namespace: 'a' }))).toMatchObject({
      isDryRun: true,
      namespace: 'a',
    })
    expect(readReview(reviewOf(null, { subResource: 'resize', operation: 'UPDATE' }))).toMatchObject({
      resource: 'pods/resize',
      operation: 'UPDATE',
      pod: undefined,
    })
  })

  test.each([
    ['json', ''],
    ['json', 'no'],
    ['json', '"a text"'],
    ['json', '[]'],
    ['json', 'null'],
    ['json', `${'['.repeat(100_000)}`],
    ['kind', '{}'],
    ['kind', '{"kind":"Pod","apiVersion":"v1"}'],
    ['version', '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1","request":{"uid":"u"}}'],
    ['version', '{"kind":"AdmissionReview","apiVersion":7}'],
    ['uid', '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}'],
    ['uid', '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":null}'],
    ['uid', '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":7}}'],
    ['uid', '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":[{"uid":"u"}]}'],
  ])('that is none is told apart: %s', (cause, text) => {
    expect(readReview(text)).toMatchObject({ cause })
  })

  test.each([
    ['no object', undefined],
    ['null', null],
    ['a text', 'pod'],
    ['a list', [1]],
  ])('whose object is %s can be answered', (_title, object) => {
    const review = readReview(reviewOf(object))
    if (isUnreadable(review)) throw new Error(review.message)
    expect(review.pod).toBeUndefined()
  })
})

describe('an answer', () => {
  test('lets the pod through, with a type only beside a patch', () => {
    const empty = JSON.parse(writeReview('u-1', { patch: [], warnings: [] }))
    expect(empty.response).toEqual({ uid: 'u-1', allowed: true })
    const answer = readAnswer(
      writeReview('u-2', { patch: [{ op: 'add', path: '/spec/ü', value: ['€'] }], warnings: [] }),
    )
    expect(answer).toMatchObject({ uid: 'u-2', allowed: true, patchType: 'JSONPatch' })
  })

  test('has few warnings, each one line of a header', () => {
    const warnings = ['a\nb\u0000c', 'x'.repeat(300), 'x'.repeat(300), '1', '2', '3']
    const answer = readAnswer(writeReview('u', { patch: [], warnings }))
    expect(answer.warnings).toEqual(['a b c', `${'x'.repeat(255)}…`, '1', '2'])
    const halved = readAnswer(writeReview('u', { patch: [], warnings: [`${'x'.repeat(254)}😀${'y'.repeat(9)}`] }))
    expect(halved.warnings[0]?.isWellFormed()).toBe(true)
  })
})

import { describe, expect, test } from 'vitest'
import { isExpired, isTerminating, KubeError } from '../../src/kube/errors.ts'
import { waitBeforeRetry } from '../../src/kube/retry.ts'
import { errorOf, retryAfterMs } from '../../src/kube/status.ts'

const failed = { call: 'GET /x', status: 409 }

describe('a failure', () => {
  test('has what a Status says', () => {
    const details = { causes: [{ reason: 'FieldManagerConflict' }, { message: 'no reason' }], retryAfterSeconds: 2 }
    const body = { kind: 'Status', message: 'conflict with "kubectl"', reason: 'Conflict', details }
    expect(errorOf({ ...failed, body })).toMatchObject({
      message: 'GET /x: 409 conflict with "kubectl"',
      status: 409,
      reason: 'Conflict',
      causes: ['FieldManagerConflict'],
      retryAfterMs: 2_000,
    })
  })

  test.for<[string, unknown]>([
    ['nothing', undefined],
    ['a list', []],
    ['null', null],
    ['types of its own', { message: 3, reason: {}, details: { causes: 'x', retryAfterSeconds: '9' } }],
  ])('is an error whatever the body is: %s', ([, body]) => {
    const error = errorOf({ ...failed, body })
    expect(error).toMatchObject({ status: 409, reason: undefined, causes: [], retryAfterMs: undefined })
    expect(error.message).toBe('GET /x: 409 no message')
  })

  test('quotes the beginning of what a load balancer answers', () => {
    expect(errorOf({ ...failed, body: `<html>${'x'.repeat(5_000)}` }).message.length).toBeLessThan(1_100)
  })
})

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 1, 12)

  test.for<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ['3', 3_000],
    ['0', 0],
    ['Thu, 01 Jan 2026 12:00:05 GMT', 5_000],
    ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
    ['soon', undefined],
  ])('%s is %s ms', ([value, ms]) => {
    expect(retryAfterMs(value, now)).toBe(ms)
  })
})

describe('a call is made again by itself', () => {
  const lost = new KubeError('lost', { status: 0, cause: Object.assign(new Error('x'), { code: 'UND_ERR_SOCKET' }) })
  const wait = (facts: { status: number; retryAfterMs?: number } | KubeError, tries = 1, method = 'PATCH') =>
    waitBeforeRetry(facts instanceof KubeError ? facts : new KubeError('x', facts), { method, tries })

  test('after what 429 and 503 ask for, and up to a tenth more', () => {
    for (const status of [429, 503]) {
      const ms = wait({ status, retryAfterMs: 1_000 })
      expect(ms).toBeGreaterThanOrEqual(1_000)
      expect(ms).toBeLessThanOrEqual(1_100)
    }
  })

  test('after a second that doubles, where 429 asks for nothing', () => {
    expect(wait({ status: 429 }, 3)).toBeGreaterThanOrEqual(4_000)
  })

  test('once and at once, where a connection was lost under a read', () => {
    expect(wait(lost, 1, 'GET')).toBe(0)
    expect(wait(lost, 2, 'GET')).toBeUndefined()
    expect(wait(lost, 1, 'PATCH')).toBeUndefined()
  })

  test('never after any other answer, nor for ever', () => {
    for (const status of [0, 400, 404, 409, 500, 503]) expect(wait({ status })).toBeUndefined()
    expect(wait({ status: 429, retryAfterMs: 1 }, 10)).toBeUndefined()
    expect(waitBeforeRetry(new Error('x'), { method: 'GET', tries: 1 })).toBeUndefined()
  })
})

test('an expired version, one of the future, and a namespace that ends are told from other failures', () => {
  const of = (status: number, cause = '') => new KubeError('x', { status, causes: [cause] })
  expect([of(410), of(504, 'ResourceVersionTooLarge'), of(504), new Error('x')].map(isExpired)).toEqual([
    true,
    true,
    false,
    false,
  ])
  expect([of(403, 'NamespaceTerminating'), of(403), of(404, 'NamespaceTerminating')].map(isTerminating)).toEqual([
    true,
    false,
    false,
  ])
})

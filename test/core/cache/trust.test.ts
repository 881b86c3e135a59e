import { describe, expect, test } from 'vitest'
import { createTrust } from '../../../src/core/cache/index.ts'

const MINUTE_MS = 60_000

describe('the trust that a host takes marks', () => {
  test('is lost by a refusal, there alone, for twice as long each time and at most a day', () => {
    const trust = createTrust()
    let now = 0
    for (const minutes of [10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440]) {
      expect(trust.has('a', now)).toBe(true)
      trust.refused('a', now)
      expect([trust.has('a', now + minutes * MINUTE_MS - 1), trust.has('b', now)]).toEqual([false, true])
      now += minutes * MINUTE_MS
    }
  })

  test('is lost for the first pause only once marks were taken again', () => {
    const trust = createTrust()
    trust.refused('a', 0)
    trust.taken('a')
    trust.refused('a', 10 * MINUTE_MS)
    expect(trust.has('a', 20 * MINUTE_MS)).toBe(true)
  })

  test('is not lost longer for calls that were under way', () => {
    const trust = createTrust()
    for (const now of [1, 2, 3]) trust.refused('a', now)
    expect(trust.has('a', 10 * MINUTE_MS + 1)).toBe(true)
  })
})

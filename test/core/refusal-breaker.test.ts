import { describe, expect, test } from 'vitest'
import { createRefusalBreaker } from '../../src/core/refusal-breaker.ts'

const MINUTE_MS = 60_000

describe('the breaker of what is refused', () => {
  test('opens after a refusal, for that place alone, twice as long each time and at most a day', () => {
    const breaker = createRefusalBreaker()
    let now = 0
    for (const minutes of [10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440]) {
      expect(breaker.allows('a', now)).toBe(true)
      breaker.refused('a', now)
      expect([breaker.allows('a', now + minutes * MINUTE_MS - 1), breaker.allows('b', now)]).toEqual([false, true])
      now += minutes * MINUTE_MS
    }
  })

  test('opens for the first pause again once a call with it has succeeded', () => {
    const breaker = createRefusalBreaker()
    breaker.refused('a', 0)
    breaker.succeeded('a')
    breaker.refused('a', 10 * MINUTE_MS)
    expect(breaker.allows('a', 20 * MINUTE_MS)).toBe(true)
  })

  test('does not open longer for calls that were under way', () => {
    const breaker = createRefusalBreaker()
    for (const now of [1, 2, 3]) breaker.refused('a', now)
    expect(breaker.allows('a', 10 * MINUTE_MS + 1)).toBe(true)
  })
})

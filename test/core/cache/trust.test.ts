import { describe, expect, it } from 'vitest'
import { createTrust } from '../../../src/core/cache/index.ts'

const MINUTE_MS = 60_000

describe('the trust in a host that has answered a marked request', () => {
  const proven = () => {
    const trust = createTrust()
    trust.answered('a', 200, 0)
    return trust
  }

  it('is there until three in a row are refused, and comes back after ten minutes', () => {
    const trust = proven()
    expect([1, 2, 3].map((now) => trust.answered('a', 400, now))).toEqual([false, false, true])
    expect([trust.has('a', 4), trust.has('b', 4)]).toEqual([false, true])
    expect([trust.has('a', 10 * MINUTE_MS), trust.has('a', 10 * MINUTE_MS + 3)]).toEqual([false, true])
  })

  it('is lost at once by a refusal after that, and is whole again after an answer', () => {
    const trust = proven()
    for (let call = 0; call < 3; call++) trust.answered('a', 422, 0)
    expect(trust.answered('a', 400, 11 * MINUTE_MS)).toBe(true)
    trust.answered('a', 200, 32 * MINUTE_MS)
    expect(trust.answered('a', 400, 32 * MINUTE_MS)).toBe(false)
    expect(trust.has('a', 32 * MINUTE_MS)).toBe(true)
  })

  it('is not lost by what is no refusal, nor by refusals far apart', () => {
    const trust = proven()
    for (const status of [401, 429, 500, 529, 499, 413]) {
      for (let call = 0; call < 5; call++) expect(trust.answered('a', status, 0)).toBe(false)
    }
    for (const status of [400, 400, 200, 400, 400]) expect(trust.answered('a', status, 0)).toBe(false)
    expect(trust.has('a', 0)).toBe(true)
  })
})

describe('the trust in a host that never answered one', () => {
  it('is lost by the first refusal, for twice as long each time, at most a day', () => {
    const trust = createTrust()
    let now = 0
    for (const minutes of [10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440]) {
      expect([trust.has('a', now), trust.answered('a', 400, now)]).toEqual([true, true])
      expect(trust.has('a', now + minutes * MINUTE_MS - 1)).toBe(false)
      now += minutes * MINUTE_MS
    }
  })

  it('is not lost longer for calls that were under way', () => {
    const trust = createTrust()
    expect([1, 2, 3].map((now) => trust.answered('a', 400, now))).toEqual([true, false, false])
    expect(trust.has('a', 10 * MINUTE_MS + 1)).toBe(true)
  })
})

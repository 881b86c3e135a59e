import { describe, expect, it } from 'vitest'
import { createTrust } from '../../../src/core/cache/index.ts'

const MINUTE_MS = 60_000

describe('the trust in a host', () => {
  it('is there until three marked requests in a row are refused, and comes back after ten minutes', () => {
    const trust = createTrust()
    expect([1, 2, 3].map((now) => trust.answered('a', 400, now))).toEqual([false, false, true])
    expect([trust.has('a', 4), trust.has('b', 4)]).toEqual([false, true])
    expect([trust.has('a', 10 * MINUTE_MS), trust.has('a', 10 * MINUTE_MS + 3)]).toEqual([false, true])
  })

  it('is lost at once by a refusal after that, and is whole again after an answer', () => {
    const trust = createTrust()
    for (let call = 0; call < 3; call++) trust.answered('a', 422, 0)
    expect(trust.answered('a', 400, 11 * MINUTE_MS)).toBe(true)
    trust.answered('a', 200, 22 * MINUTE_MS)
    expect(trust.answered('a', 400, 22 * MINUTE_MS)).toBe(false)
    expect(trust.has('a', 22 * MINUTE_MS)).toBe(true)
  })

  it('is not lost by what is no refusal, nor by refusals far apart', () => {
    const trust = createTrust()
    for (const status of [401, 429, 500, 529, 499, 413]) {
      for (let call = 0; call < 5; call++) expect(trust.answered('a', status, 0)).toBe(false)
    }
    for (const status of [400, 400, 200, 400, 400]) expect(trust.answered('a', status, 0)).toBe(false)
    expect(trust.has('a', 0)).toBe(true)
  })
})

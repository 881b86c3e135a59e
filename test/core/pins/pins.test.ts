import { describe, expect, test } from 'vitest'
import { Pins } from '../../../src/core/pins/pins.ts'
import { keyOf } from './keys.ts'

describe('pins', () => {
  test('hold the form of each result', () => {
    const pins = new Pins()
    pins.set(keyOf(1), 'as-came')
    pins.set(keyOf(2), [7])
    pins.set(keyOf(3), [4, 7, 200])
    pins.set(keyOf(4), [7])
    expect([1, 2, 3, 4, 5].map((nth) => pins.get(keyOf(nth)))).toEqual(['as-came', [7], [4, 7, 200], [7], undefined])
    expect(pins.size).toBe(4)
  })

  test('know whether any result was sent in a form of ours', () => {
    const pins = new Pins()
    pins.set(keyOf(1), 'as-came')
    expect(pins.hasForms).toBe(false)
    pins.set(keyOf(2), [7])
    expect(pins.hasForms).toBe(true)
  })

  test('PC-7: unpinned, hold no form of ours, and take new ones', () => {
    const pins = new Pins()
    pins.set(keyOf(1), 'as-came')
    pins.set(keyOf(2), [7])
    pins.unpin()
    expect(pins.hasForms).toBe(false)
    pins.set(keyOf(3), [7])
    expect([1, 2, 3].map((nth) => pins.get(keyOf(nth)))).toEqual(['unpinned', 'unpinned', [7]])
    expect(pins.hasForms).toBe(true)
  })

  test('hold 253 different forms; a result in one more must be sent as it came', () => {
    const pins = new Pins()
    for (let nth = 1; nth <= 253; nth++) pins.set(keyOf(nth), [nth])
    expect(pins.get(keyOf(253))).toEqual([253])
    expect(pins.held([254])).toBeUndefined()
    expect(pins.held([1])).toEqual([1])
    pins.set(keyOf(254), [254])
    expect(pins.get(keyOf(254))).toBeUndefined()
  })
})

import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type PinScope, pinKey, scopeOf } from '../../../src/core/pins/pin-key.ts'

const digestOf = (text: string): string => hash('sha256', text, 'buffer').toString('latin1')

const account = scopeOf('key', 'session')
const ofText = digestOf('a result')
const call = { name: 'toolu_01', nth: 0 }

function keyText(scope: PinScope, digest: string, of: { name: string; nth: number }): string {
  const { high, low } = pinKey(scope, digest, of)
  return `${high}.${low}`
}

describe('PC-1: the key of a result', () => {
  const key = keyText(account, ofText, call)

  test('is the same each time, in 46 bits', () => {
    expect(keyText(scopeOf('key', 'session'), digestOf('a result'), { ...call })).toBe(key)
    const { high, low } = pinKey(account, ofText, call)
    expect([high >>> 14, low >>> 0]).toEqual([0, low])
  })

  test.each<[string, PinScope, string, { name: string; nth: number }]>([
    ['another account', scopeOf('other', 'session'), ofText, call],
    ['another session name', scopeOf('key', 'other'), ofText, call],
    ['another result', account, digestOf('a resulT'), call],
    ['another call', account, ofText, { name: 'toolu_02', nth: 0 }],
    ['the same result once more', account, ofText, { name: 'toolu_01', nth: 1 }],
    ['no call id', account, ofText, { name: '', nth: 0 }],
  ])('is another one in both of its parts for %s', (_what, scope, digest, of) => {
    const [one, other] = [pinKey(account, ofText, call), pinKey(scope, digest, of)]
    expect(other.low).not.toBe(one.low)
    expect(other.high).not.toBe(one.high)
  })

  test('keeps apart names that are joined in another place', () => {
    expect(scopeOf('ab', 'c')).not.toEqual(scopeOf('a', 'bc'))
    expect(scopeOf('ab')).not.toEqual(scopeOf('ab', ''))
  })

  test('is seldom shared by two of many call ids that resemble each other', () => {
    const keys = new Set<string>()
    for (let nth = 0; nth < 100_000; nth++) keys.add(keyText(account, ofText, { name: `call_${nth}`, nth: 0 }))
    expect(keys.size).toBe(100_000)
  })

  test('takes call ids of every length and letter', () => {
    for (const name of ['\u0000', '\ud800', '€'.repeat(100_000)]) {
      expect(pinKey(account, ofText, { name, nth: 0 }).low).toBeGreaterThanOrEqual(0)
    }
  })
})

import { beforeEach, describe, expect, test } from 'vitest'
import { assistant, openPractice, type Practice, RULES, TALK, turns, user } from './visits.ts'

let practice: Practice

beforeEach(() => {
  practice = openPractice()
})

describe('the loss of a break', () => {
  const edited = [user('u1'), assistant('a1'), user('cleared'.repeat(10)), ...TALK.slice(3)]
  const broken = (first: object, second: object, later = 0): ReturnType<Practice['examine']> => {
    practice.examine(turns()[2]!, first)
    practice.now += later
    return practice.examine(turns(edited)[3]!, second)
  }

  test('is unknown without token counts', () => {
    practice.examine(turns()[2]!, { tokens: undefined as never })
    const { at, ...cost } = practice.examine({ messages: [RULES, ...edited] }, { usage: {}, tokens: Number.NaN })!
    expect(at).toBe('messages[3]')
    expect(cost.lostUsd).toBeUndefined()
  })

  test('is the part that was in the cache and is there no more', () => {
    // Of 8,000 tokens, the bytes of three messages of six are still there.
    const { lostTokens } = broken({ tokens: 8000 }, { tokens: 9000 })!
    expect(lostTokens).toBeGreaterThan(3000)
    expect(lostTokens).toBeLessThan(5000)
  })

  test('is what the provider says, where it says so', () => {
    const cacheMiss = { reason: 'messages_changed', tokens: 7000 }
    const second = { model: 'claude-sonnet-4-5', tokens: 9000, cacheMiss }
    const found = broken({ model: 'claude-sonnet-4-5', tokens: 8000 }, second)
    expect(found).toMatchObject({ lostTokens: 7000, providerSays: 'messages_changed' })
    expect(found?.lostUsd).toBeCloseTo((7000 * (3.75 - 0.3)) / 1e6, 9)
  })

  test('is an estimate where the provider gives a reason and no figure', () => {
    const { lostTokens, providerSays } = broken({ tokens: 8000 }, { tokens: 9000, cacheMiss: { reason: 'other' } })!
    expect(lostTokens).toBeGreaterThan(3000)
    expect(providerSays).toBe('other')
  })

  test.each<[string, object, object, number]>([
    ['was too short to be cached', { tokens: 1000 }, { tokens: 1200 }, 0],
    ['was so long ago that the cache forgot it', { tokens: 8000 }, { tokens: 9000 }, 3_600_000],
    ['was not in the cache', { usage: { input: 8000, cacheRead: 0, cacheCreation: 0 } }, { tokens: 9000 }, 0],
    ['is read all the same', { tokens: 8000 }, { usage: { input: 9000, cacheRead: 8000 } }, 0],
  ])('is nothing where the prefix %s', (_what, first, second, later) => {
    expect(broken(first, second, later)).toMatchObject({ at: 'messages[3]', lostTokens: 0 })
  })

  test('is the whole prefix when the rest is too short to be cached', () => {
    expect(broken({ tokens: 1500 }, { tokens: 1800 })).toMatchObject({ lostTokens: 1500 })
  })

  test('is at most the tokens that are sent again', () => {
    expect(broken({ tokens: 90_000 }, { tokens: 1800 })?.lostTokens).toBeLessThanOrEqual(1800)
  })

  test('has a price when the prices of the model are known', () => {
    const model = 'claude-sonnet-4-5'
    const found = broken({ tokens: 8000, model }, { tokens: 9000, model })!
    expect(found.lostUsd).toBeGreaterThan(0.001)
    expect(found.lostUsd).toBeLessThan(0.1)
    expect(broken({ tokens: 8000, session: 't' }, { tokens: 9000, session: 't' })?.lostUsd).toBeUndefined()
  })
})

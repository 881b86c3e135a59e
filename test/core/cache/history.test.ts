import { describe, expect, test } from 'vitest'
import { createHistory } from '../../../src/core/cache/index.ts'

const TTL_MS = 300_000

const start = (conversation: string, shared = 'tools') => ({ shared, conversation, isStart: true })
const turn = (conversation: string, shared = 'tools') => ({ shared, conversation, isStart: false })

/** A history that records one call per second. */
function createTimeline() {
  const history = createHistory()
  let now = 0
  return {
    history,
    record: (fingerprint: ReturnType<typeof start>) =>
      history.record(fingerprint, { now: ++now * 1000, ttlMs: TTL_MS }),
    wait(seconds: number) {
      now += seconds
    },
  }
}

describe('the history of calls', () => {
  test('predicts nothing about a shared prefix that is new', () => {
    expect(createTimeline().record(start('a'))).toEqual({
      isShared: false,
      isWarm: false,
      isRepeated: false,
      isEndLost: false,
      isLastTurn: false,
      continuation: 'unknown',
      isAbandoned: false,
    })
  })

  test('counts a prefix as shared once another conversation had it, however often its own did', () => {
    const { record } = createTimeline()
    record(start('a'))
    expect(record(turn('a')).isShared).toBe(false)
    expect(record(turn('a')).isShared).toBe(false)
    expect(record(start('b')).isShared).toBe(true)
    expect(record(turn('a')).isShared).toBe(true)
    expect(record(start('c', 'other tools')).isShared).toBe(false)
  })

  test('forgets that after the TTL', () => {
    const { record, wait } = createTimeline()
    record(start('a'))
    wait(301)
    expect(record(start('b')).isShared).toBe(false)
    wait(298)
    expect(record(start('c')).isShared).toBe(true)
  })

  test('counts a shared prefix as warm until the TTL after its mark', () => {
    const { history, record, wait } = createTimeline()
    record(start('a'))
    history.recordMarks(start('a'), { shared: true, end: false }, 1000)
    expect(record(start('b')).isWarm).toBe(true)
    wait(300)
    expect(record(start('c')).isWarm).toBe(false)
  })

  test('distinguishes a repeated start from a repeated turn', () => {
    const { record } = createTimeline()
    record(start('a'))
    expect(record(start('a')).isRepeated).toBe(true)
    expect(record(turn('a')).isRepeated).toBe(false)
    expect(record(start('b')).isRepeated).toBe(false)
  })

  test('counts the end of a conversation as lost after a pause above the TTL, until it is quick again', () => {
    const { record, wait } = createTimeline()
    record(start('a'))
    expect(record(turn('a')).isEndLost).toBe(false)
    wait(301)
    expect(record(turn('a')).isEndLost).toBe(true)
    expect(record(turn('a')).isEndLost).toBe(false)
  })

  test('expects continuations when half of the settled starts were continued', () => {
    const { record, wait } = createTimeline()
    for (const conversation of ['a', 'b', 'c', 'd']) record(start(conversation))
    expect(record(turn('a')).continuation).toBe('likely')
    wait(61)
    expect(record(turn('a')).continuation).toBe('unknown')
    expect(record(turn('b')).continuation).toBe('likely')
  })

  test('corrects the count when a start counted as ended is continued', () => {
    const { record, wait } = createTimeline()
    for (const conversation of ['a', 'b', 'c']) record(start(conversation))
    wait(61)
    expect(record(start('d')).continuation).toBe('unlikely')
    record(turn('a'))
    record(turn('b'))
    // Two of three; without the correction it would be two of five.
    expect(record(turn('b')).continuation).toBe('likely')
  })

  test('follows a load that changes', () => {
    const { record, wait } = createTimeline()
    for (let call = 0; call < 1000; call++) record(start(`document ${call}`))
    wait(61)
    expect(record(start('last')).continuation).toBe('unlikely')
    for (let chat = 0; chat < 100; chat++) {
      record(start(`chat ${chat}`))
      record(turn(`chat ${chat}`))
    }
    expect(record(start('next')).continuation).toBe('likely')
  })

  test('is certain after eight starts of eight were continued, until one is not', () => {
    const { record, wait } = createTimeline()
    for (let chat = 0; chat < 8; chat++) {
      expect(record(start(`chat ${chat}`)).continuation).not.toBe('certain')
      record(turn(`chat ${chat}`))
    }
    expect(record(start('next')).continuation).toBe('certain')
    wait(61)
    expect(record(start('another')).continuation).toBe('likely')
  })

  test('counts starts as abandoned when eight ended five minutes ago and at most one in 64 was continued', () => {
    const { record, wait } = createTimeline()
    for (let call = 0; call < 8; call++) record(start(`document ${call}`))
    wait(61)
    expect(record(start('next'))).toMatchObject({ continuation: 'unlikely', isAbandoned: false })
    wait(240)
    expect(record(start('last'))).toMatchObject({ continuation: 'unlikely', isAbandoned: true })
    record(turn('last'))
    expect(record(start('another')).isAbandoned).toBe(false)
  })

  test('distinguishes conversations that end with their second call from longer ones', () => {
    const { record, wait } = createTimeline()
    for (const name of ['a', 'b', 'c']) {
      record(start(name))
      expect(record(turn(name)).isLastTurn).toBe(false)
    }
    wait(61)
    record(start('d'))
    expect(record(turn('d')).isLastTurn).toBe(true)
    // The turn was continued after all.
    record(turn('d'))
    record(start('e'))
    expect(record(turn('e')).isLastTurn).toBe(false)
  })

  test('counts no turn as the last one if its conversation is cached already', () => {
    const { history, record, wait } = createTimeline()
    for (const name of ['a', 'b', 'c']) record(turn(name))
    wait(61)
    record(start('d'))
    history.recordMarks(start('d'), { shared: true, end: true }, 65_000)
    expect(record(turn('d')).isLastTurn).toBe(false)
  })

  test('does not count a turn that comes too late to read the cache', () => {
    const { record, wait } = createTimeline()
    for (const conversation of ['a', 'b', 'c']) record(start(conversation))
    wait(301)
    for (const conversation of ['a', 'b', 'c']) record(turn(conversation))
    expect(record(start('d')).continuation).toBe('unlikely')
  })

  test('is bounded, whatever arrives', () => {
    const { history, record } = createTimeline()
    for (let call = 0; call < 20_000; call++) record(start(`conversation ${call}`, `tools ${call}`))
    expect(history.size).toBe(1024 + 8192)
    expect(record(start('conversation 19999', 'tools 19999')).isRepeated).toBe(true)
    expect(record(start('conversation 0', 'tools 0')).isRepeated).toBe(false)
  })
})

import { describe, expect, test } from 'vitest'
import { createObserved } from '../../../src/core/cache/index.ts'

const TTL_MS = 300_000

const start = (opening: string, head = 'head') => ({ head, opening, isStart: true, length: 2 })
const turn = (opening: string, head = 'head', length = 4) => ({ head, opening, isStart: false, length })

/** A memory, asked second by second. */
function createMemory() {
  const observed = createObserved()
  let now = 0
  return {
    observed,
    look: (sighting: ReturnType<typeof start>) => observed.look(sighting, { now: ++now * 1000, ttlMs: TTL_MS }),
    wait(seconds: number) {
      now += seconds
    },
  }
}

describe('what a process remembers of its calls', () => {
  test('knows nothing of a head before it has seen it', () => {
    expect(createMemory().look(start('a'))).toEqual({
      isShared: false,
      isWarm: false,
      isRepeated: false,
      isEndLost: false,
      isLastTurn: false,
      continuation: 'unknown',
      isHopeless: false,
    })
  })

  test('takes a head for shared when another opening had it, however often its own did', () => {
    const { look } = createMemory()
    look(start('a'))
    expect(look(turn('a')).isShared).toBe(false)
    expect(look(turn('a')).isShared).toBe(false)
    expect(look(start('b')).isShared).toBe(true)
    expect(look(turn('a')).isShared).toBe(true)
    expect(look(start('c', 'another head')).isShared).toBe(false)
  })

  test('lets that go with the TTL', () => {
    const { look, wait } = createMemory()
    look(start('a'))
    wait(301)
    expect(look(start('b')).isShared).toBe(false)
    wait(298)
    expect(look(start('c')).isShared).toBe(true)
  })

  test('takes a head for warm until the TTL after it was marked', () => {
    const { observed, look, wait } = createMemory()
    look(start('a'))
    observed.marked(start('a'), { head: true, end: false }, 1000)
    expect(look(start('b')).isWarm).toBe(true)
    wait(300)
    expect(look(start('c')).isWarm).toBe(false)
  })

  test('tells a start that comes again from a turn that does', () => {
    const { look } = createMemory()
    look(start('a'))
    expect(look(start('a')).isRepeated).toBe(true)
    expect(look(turn('a')).isRepeated).toBe(false)
    expect(look(start('b')).isRepeated).toBe(false)
  })

  test('does not count on a conversation that was silent for longer than the TTL, until it is quick again', () => {
    const { look, wait } = createMemory()
    look(start('a'))
    expect(look(turn('a')).isEndLost).toBe(false)
    wait(301)
    expect(look(turn('a')).isEndLost).toBe(true)
    expect(look(turn('a')).isEndLost).toBe(false)
  })

  test('tells examples that come with every call from a conversation that it met on its way', () => {
    const { look } = createMemory()
    const examples = Array.from({ length: 4 }, () => look(turn('a', 'head', 6)).isEndLost)
    expect(examples).toEqual([false, false, true, true])
    const conversation = [6, 8, 8, 8, 8].map((length) => look(turn('b', 'head', length)).isEndLost)
    expect(conversation).not.toContain(true)
    look(start('c'))
    const chats = Array.from({ length: 4 }, () => look(turn('c')).isEndLost)
    expect(chats).not.toContain(true)
  })

  test('expects starts to go on when half of those did whose fate is known', () => {
    const { look, wait } = createMemory()
    for (const opening of ['a', 'b', 'c', 'd']) look(start(opening))
    expect(look(turn('a')).continuation).toBe('likely')
    wait(61)
    expect(look(turn('a')).continuation).toBe('unknown')
    expect(look(turn('b')).continuation).toBe('likely')
  })

  test('puts it right when a start goes on that it had given up', () => {
    const { look, wait } = createMemory()
    for (const opening of ['a', 'b', 'c']) look(start(opening))
    wait(61)
    expect(look(start('d')).continuation).toBe('unlikely')
    look(turn('a'))
    look(turn('b'))
    // Two of three, where not putting it right would make it two of five.
    expect(look(turn('b')).continuation).toBe('likely')
  })

  test('changes its mind about a load that has changed', () => {
    const { look, wait } = createMemory()
    for (let call = 0; call < 1000; call++) look(start(`document ${call}`))
    wait(61)
    expect(look(start('last')).continuation).toBe('unlikely')
    for (let chat = 0; chat < 100; chat++) {
      look(start(`chat ${chat}`))
      look(turn(`chat ${chat}`))
    }
    expect(look(start('next')).continuation).toBe('likely')
  })

  test('is certain when eight starts have gone on and none has not, until one has not', () => {
    const { look, wait } = createMemory()
    for (let chat = 0; chat < 8; chat++) {
      expect(look(start(`chat ${chat}`)).continuation).not.toBe('certain')
      look(turn(`chat ${chat}`))
    }
    expect(look(start('next')).continuation).toBe('certain')
    wait(61)
    expect(look(start('another')).continuation).toBe('likely')
  })

  test('is without hope when eight starts are gone for five minutes, and hardly one in 64 went on', () => {
    const { look, wait } = createMemory()
    for (let call = 0; call < 8; call++) look(start(`document ${call}`))
    wait(61)
    expect(look(start('next'))).toMatchObject({ continuation: 'unlikely', isHopeless: false })
    wait(240)
    expect(look(start('last'))).toMatchObject({ continuation: 'unlikely', isHopeless: true })
    look(turn('last'))
    expect(look(start('another')).isHopeless).toBe(false)
  })

  test('tells conversations that end with their second call from those that go on', () => {
    const { look, wait } = createMemory()
    for (const name of ['a', 'b', 'c']) {
      look(start(name))
      expect(look(turn(name)).isLastTurn).toBe(false)
    }
    wait(61)
    look(start('d'))
    expect(look(turn('d')).isLastTurn).toBe(true)
    // It was not the last.
    look(turn('d', 'head', 6))
    look(start('e'))
    expect(look(turn('e')).isLastTurn).toBe(false)
  })

  test('takes no turn for the last one of a conversation that is written already', () => {
    const { observed, look, wait } = createMemory()
    for (const name of ['a', 'b', 'c']) look(turn(name))
    wait(61)
    look(start('d'))
    observed.marked(start('d'), { head: true, end: true }, 65_000)
    expect(look(turn('d')).isLastTurn).toBe(false)
  })

  test('does not count a turn that comes too late to be read', () => {
    const { look, wait } = createMemory()
    for (const opening of ['a', 'b', 'c']) look(start(opening))
    wait(301)
    for (const opening of ['a', 'b', 'c']) look(turn(opening))
    expect(look(start('d')).continuation).toBe('unlikely')
  })

  test('is bounded, whatever comes', () => {
    const { observed, look } = createMemory()
    for (let call = 0; call < 20_000; call++) look(start(`opening ${call}`, `head ${call}`))
    expect(observed.size).toBe(1024 + 8192)
    expect(look(start('opening 19999', 'head 19999')).isRepeated).toBe(true)
    expect(look(start('opening 0', 'head 0')).isRepeated).toBe(false)
  })
})

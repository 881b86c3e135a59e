import { expect, test } from 'vitest'
import { type Chain, Chains } from '../../../sidecar/prefix-breaks/chains.ts'
import { keyOf } from '../../../sidecar/prefix-breaks/fingerprint.ts'

const LIMITS = { maxSessions: 3, maxChains: 2, maxBytes: 4300 }

function chain(name: number, parts = 2): Chain {
  const marks = Uint32Array.from({ length: 2 * parts }, (_, i) => (i % 2 === 0 ? 1000 * name + i : i))
  return {
    print: { marks, toolParts: 0, sharedParts: 0 },
    lane: 'l',
    tokens: undefined,
    cached: undefined,
    at: 0,
  }
}

/** 1050 bytes a conversation, and 8 a part. */
const bytes = (conversations: number, parts: number): number => 1050 * conversations + 8 * parts

const endOf = ({ print }: Chain): string => keyOf(print, print.marks.length / 2 - 1)

test('gives a session its conversations, the latest first, by lane', () => {
  const chains = new Chains(LIMITS)
  const [a, b] = [chain(1), { ...chain(2), lane: 'm' }]
  chains.put('s', a, undefined)
  chains.put('s', b, undefined)
  expect(chains.of('s', 'l')).toEqual([a])
  expect(chains.of('s', 'm')).toEqual([b])
  expect(chains.of('t', 'l')).toEqual([])
})

test('forgets a conversation that has gone on, and the oldest of too many', () => {
  const chains = new Chains(LIMITS)
  const [a, longer, b, c] = [chain(1), chain(1, 4), chain(2), chain(3)]
  chains.put('s', a, undefined)
  chains.put('s', longer, a)
  expect(chains.of('s', 'l')).toEqual([longer])
  expect(chains.endingIn('l', endOf(a))).toBeUndefined()
  chains.put('s', b, undefined)
  chains.put('s', c, undefined)
  expect(chains.of('s', 'l')).toEqual([c, b])
  expect(chains.size).toEqual({ sessions: 1, bytes: bytes(2, 4), ends: 2 })
})

test('renews a conversation whose last request is sent again', () => {
  const chains = new Chains({ ...LIMITS, maxChains: 3 })
  const [a, b, again] = [chain(1), chain(2), { ...chain(1), tokens: 7, cached: 3, at: 5 }]
  chains.put('s', a, undefined)
  chains.put('s', b, undefined)
  chains.put('s', again, a)
  const [latest, other] = chains.of('s', 'l')
  expect(latest).toMatchObject({ print: again.print, tokens: 7, cached: 3, at: 5 })
  expect(other).toMatchObject({ print: b.print })
  expect(chains.endingIn('l', endOf(a))).toBe(latest)
  expect(chains.size).toEqual({ sessions: 1, bytes: bytes(2, 4), ends: 2 })
})

test('forgets the session that was used longest ago', () => {
  const chains = new Chains(LIMITS)
  for (const [i, session] of ['a', 'b', 'c', 'a', 'd'].entries()) chains.put(session, chain(i), undefined)
  expect(chains.of('b', 'l')).toEqual([])
  expect(chains.of('a', 'l')).toHaveLength(2)
  expect(chains.size).toMatchObject({ sessions: 3, bytes: bytes(4, 8) })
})

test('holds so many bytes and no more', () => {
  const chains = new Chains(LIMITS)
  for (const [i, session] of ['a', 'b', 'c'].entries()) chains.put(session, chain(i, 50), undefined)
  expect(chains.size).toEqual({ sessions: 2, bytes: bytes(2, 100), ends: 2 })
  expect(chains.of('a', 'l')).toEqual([])
})

test('finds a conversation by its last part, in its lane', () => {
  const chains = new Chains(LIMITS)
  const a = chain(1)
  chains.put('s', a, undefined)
  expect(chains.endingIn('l', endOf(a))).toBe(a)
  expect(chains.endingIn('m', endOf(a))).toBeUndefined()
})

test('does not grow, whatever comes', () => {
  const chains = new Chains(LIMITS)
  for (let i = 0; i < 1000; i++) {
    const session = `s${i % 7}`
    chains.put(session, chain(i, 1 + (i % 5)), i % 3 === 0 ? chains.of(session, 'l')[0] : undefined)
    const { sessions, bytes, ends } = chains.size
    expect(sessions).toBeLessThanOrEqual(3)
    expect(bytes).toBeLessThanOrEqual(3600)
    expect(ends).toBeLessThanOrEqual(6)
  }
})

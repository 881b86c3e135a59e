import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assertProperty } from '../../support/assert-property.ts'
import { assistant, openPractice, system, user } from './visits.ts'

type Talk = readonly object[]

/** One step of a client in a conversation: continue it, repeat a request, or continue from the middle in a new one. */
const step = fc.record({ of: fc.nat(7), act: fc.constantFrom('grow', 'again', 'branch'), from: fc.nat(20) })

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** @returns the messages that are sent; `talks` holds at most eight conversations */
function take(talks: Talk[], { of, act, from }: Step, nth: number): Talk {
  const at = of % talks.length
  const talk = talks[at] as Talk
  if (act === 'again') return talk
  const answered = (kept: Talk): Talk => [...kept, assistant(`a${nth}`), user(nth % 3 === 0 ? `u${nth}` : 'ok')]
  const isNew = act === 'branch' && talks.length < 8
  const grown = answered(isNew ? talk.slice(0, 2 + 2 * (from % (talk.length / 2))) : talk)
  if (isNew) talks.push(grown)
  else talks[at] = grown
  return grown
}

test('no break is found in up to eight conversations that grow, branch and are repeated', () => {
  assertProperty(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const practice = openPractice()
      const talks: Talk[] = [[system('Be brief.'), user('u')]]
      const sent = [talks[0], ...steps.map((one, nth) => take(talks, one, nth))]
      expect(practice.places(sent.map((messages) => ({ messages }))).filter(Boolean)).toEqual([])
    }),
  )
})

test('one edited message is located at any place, after any history', () => {
  assertProperty(
    fc.property(fc.array(step, { maxLength: 30 }), fc.nat(), (steps, place) => {
      const practice = openPractice()
      const talks: Talk[] = [[system('Be brief.'), user('u')]]
      const sent = [talks[0], ...steps.map((one, nth) => take(talks, one, nth))]
      practice.places(sent.map((messages) => ({ messages })))
      const talk = [...(talks[0] as Talk), assistant('b1'), user('c1'), assistant('b2'), user('c2')]
      expect(practice.examine({ messages: talk })).toBeUndefined()
      // Not the last answer and what follows it: they would be a branch.
      const edited = place % (talk.length - 2)
      const role = (talk[edited] as { role: string }).role
      const messages = [...talk.with(edited, { role, content: 'edited' }), assistant('b3'), user('c3')]
      expect(practice.examine({ messages })?.at).toBe(edited === 0 ? 'system' : `messages[${edited}]`)
    }),
  )
})

/** Marks must earn their price: a prefix that breaks, or that is not read, gets none until it has held. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createHistory } from '../../../src/core/cache/index.ts'
import type { Usage } from '../../../src/core/dialect/index.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { createMarker, RULES, text, words } from './requests.ts'

type Marker = ReturnType<typeof createMarker>

const SYSTEM = words(2000)

const automatic = (): Marker => createMarker(RULES.automatic, 'anthropic-messages')

interface Message {
  readonly role: string
  readonly content: readonly { readonly type: string; readonly text: string }[]
}

/** The request of a conversation's turn, from 1 on: each turn adds an answer and a question. */
function turn(number: number, { name = 'talk', system = SYSTEM, note = '' } = {}) {
  const messages: Message[] = [{ role: 'user', content: [text(`${name} question 1`)] }]
  for (let each = 2; each <= number; each++) {
    messages.push({ role: 'assistant', content: [text(`${name} answer ${each - 1}`)] })
    messages.push({ role: 'user', content: [text(`${name} question ${each}${each === number ? note : ''}`)] })
  }
  return { model: 'claude-sonnet-5', system: [text(system)], messages }
}

/** Turns 1 to `count`; `usage` is the provider's reply to a marked request. @returns the reasons */
function run(marker: Marker, count: number, request: (turn: number) => object, usage?: (turn: number) => Usage) {
  return Array.from({ length: count }, (_, index) => {
    marker.wait(10_000)
    const { reason, sent, source, reply } = marker.mark(request(index + 1))
    if (sent !== source) reply(usage?.(index + 1))
    return { reason, isMarked: sent !== source, sent }
  })
}

const markedOf = (turns: readonly { isMarked: boolean }[]): number[] =>
  turns.flatMap(({ isMarked }, index) => (isMarked ? [index + 1] : []))

const endsMarked = (turns: readonly { sent: string }[]): number[] =>
  turns.flatMap(({ sent }, index) => (sent.startsWith('{"cache_control"') ? [index + 1] : []))

/** A provider that writes each prefix and reads none of them. */
const NEVER_READ = { cacheRead: 0, cacheCreation: 2500 }

describe('a prefix that breaks', () => {
  test('gets no marks where the system text changes on every turn', () => {
    const turns = run(automatic(), 12, (number) => turn(number, { system: `at ${number}: ${SYSTEM}` }))
    expect(markedOf(turns)).toEqual([])
    expect(turns.slice(1).map(({ reason }) => reason)).toEqual(Array(11).fill('broken'))
  })

  test.each([
    ['tools', (number: number) => ({ ...turn(number), tools: [{ name: `t${number}`, input_schema: {} }] })],
    [
      'the first block of system text',
      (number: number) => ({ ...turn(number), system: [text(`${number}`), text(SYSTEM)] }),
    ],
    ['the number of tools', (number: number) => ({ ...turn(number), tools: Array(number).fill({ name: 't' }) })],
  ])('gets none where %s changes on every turn', (_, request) => {
    expect(markedOf(run(automatic(), 12, request))).toEqual([])
  })

  test('gets none in the turn that breaks it, and marks again once it has held', () => {
    const turns = run(automatic(), 8, (number) => turn(number, { system: number < 5 ? SYSTEM : `now ${SYSTEM}` }))
    expect(markedOf(turns)).toEqual([2, 3, 4, 6, 7, 8])
  })

  test('keeps the mark on system text where only messages change', () => {
    const turns = run(automatic(), 6, (number) => turn(number, { note: ' and a note for this turn' }))
    expect(endsMarked(turns)).toEqual([2])
    expect(markedOf(turns)).toEqual([2, 3, 4, 5, 6])
  })

  test('is found where the first message changes on every turn', () => {
    const turns = run(automatic(), 6, (number) => {
      const { messages, ...rest } = turn(number)
      return { ...rest, messages: [{ role: 'user', content: [text(`${number} o'clock`)] }, ...messages.slice(1)] }
    })
    expect(endsMarked(turns).length).toBeLessThan(2)
  })

  test('is found where old results are cleared', () => {
    const marker = automatic()
    run(marker, 5, turn)
    const { messages, ...rest } = turn(6)
    const cleared = [...messages.slice(0, 2), { role: 'user', content: [text('cleared')] }, ...messages.slice(3)]
    expect(endsMarked([marker.mark({ ...rest, messages: cleared })])).toEqual([])
  })

  test('is found whichever message of the turn before was changed', () => {
    const edits = fc.integer({ min: 3, max: 9 }).chain((last) => fc.tuple(fc.constant(last), fc.nat(2 * last - 4)))
    assertProperty(
      fc.property(edits, ([last, edited]) => {
        const marker = automatic()
        run(marker, last - 1, turn)
        const { messages, ...rest } = turn(last)
        const changed = messages.map((message, index) =>
          index === edited ? { ...message, content: [text('edited')] } : message,
        )
        expect(endsMarked([marker.mark({ ...rest, messages: changed })])).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  test('gets no breakpoint at OpenAI, and keeps its first key, because the provider misses where a key changes', () => {
    for (const rules of [RULES.breakpoint, RULES.implicit]) {
      const turns = run(createMarker(rules, 'openai-chat'), 5, (number) => ({
        model: 'gpt-5.6',
        messages: [{ role: 'system', content: [text(`${number} ${SYSTEM}`)] }, ...turn(number).messages],
      }))
      const keys = turns.map(({ sent }) => JSON.parse(sent).prompt_cache_key)
      expect(new Set(keys)).toEqual(new Set([expect.stringMatching(/^m2m-/)]))
      expect(turns.slice(1).filter(({ sent }) => sent.includes('breakpoint'))).toEqual([])
      expect(turns[4]?.reason).toBe('key')
    }
  })
})

describe('a prefix that holds', () => {
  const EVERY = [2, 3, 4, 5, 6]

  test('is marked on every turn without any figure of the provider', () => {
    for (const usage of [undefined, () => ({}), () => ({ input: 3000, output: 10 })]) {
      expect(endsMarked(run(automatic(), 6, turn, usage))).toEqual(EVERY)
    }
  })

  test('may change its form: a text as a string, and as its only block', () => {
    const turns = run(automatic(), 6, (number) => {
      const { messages, ...rest } = turn(number)
      const asString = ({ role, content }: Message) => ({ role, content: content[0]?.text })
      return { ...rest, messages: [...messages.slice(0, -1).map(asString), ...messages.slice(-1)] }
    })
    expect(endsMarked(turns)).toEqual(EVERY)
  })

  test('may have had turns that this process did not see', () => {
    const marker = automatic()
    const turns = [2, 5, 6, 9].map((number) => marker.mark(turn(number)))
    expect(endsMarked(turns)).toEqual([1, 2, 3, 4])
  })

  test('may be sent again, and go on from an earlier turn', () => {
    const marker = automatic()
    const turns = [2, 3, 3, 4, 3, 2, 5].map((number) => marker.mark(turn(number)))
    expect(endsMarked(turns)).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  test('is marked beside another conversation that begins alike and breaks', () => {
    const marker = automatic()
    const holds = [2, 3, 4, 5, 6].map((number) => {
      marker.mark(turn(number, { note: ' and a note' }))
      const { messages, ...rest } = turn(number)
      const other = messages.map((message, index) => (index === 1 ? { role: 'assistant', content: 'well' } : message))
      return marker.mark({ ...rest, messages: other })
    })
    expect(endsMarked(holds)).toEqual([1, 2, 3, 4, 5])
  })

  test('is marked in every session of any mix, whatever order their calls come in', () => {
    const calls = fc.array(fc.tuple(fc.nat(3), fc.nat(2)), { minLength: 1, maxLength: 60 })
    assertProperty(
      fc.property(calls, (order) => {
        const marker = automatic()
        const last = [1, 1, 1, 1]
        for (const [session, steps] of order) {
          last[session]! += steps
          const number = last[session]!
          const { reason } = marker.mark(turn(number, { name: `session ${session}` }))
          if (number > 1) expect(reason).toBe('conversation')
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('a marked prefix that is not read', () => {
  test('is tried again after 1, 2, 4, ... turns that hold', () => {
    const turns = run(automatic(), 40, turn, () => NEVER_READ)
    expect(markedOf(turns)).toEqual([2, 3, 5, 8, 13, 22, 39, 40])
    expect(turns[3]?.reason).toBe('unread')
  })

  test('is judged the same where a provider leaves out the read of 0', () => {
    expect(endsMarked(run(automatic(), 8, turn, () => ({ cacheCreation: 2500 })))).toEqual([2, 3, 5, 8])
  })

  test('counts as unread where only a small part was read', () => {
    const usage = (number: number): Usage =>
      number === 2 ? { cacheRead: 0, cacheCreation: 9000 } : { cacheRead: 2000, cacheCreation: 7000 }
    expect(endsMarked(run(automatic(), 5, turn, usage))).toEqual([2, 3, 5])
  })

  test('goes on at once when a read comes, and begins a new row', () => {
    const isRead = (number: number): boolean => number === 5
    const turns = run(automatic(), 12, turn, (number) =>
      isRead(number) ? { cacheRead: 2500, cacheCreation: 50 } : NEVER_READ,
    )
    expect(markedOf(turns)).toEqual([2, 3, 5, 6, 8, 11])
  })

  test('is not missed after the lifetime of the cache, nor where nothing was cached', () => {
    const slow = automatic()
    const turns = [2, 3, 4, 5].map((number) => {
      slow.wait(number === 4 ? 300_001 : 1000)
      const marked = slow.mark(turn(number))
      marked.reply({ cacheRead: number === 3 ? 2500 : 0, cacheCreation: 50 })
      return marked
    })
    expect(endsMarked(turns)).toEqual([1, 2, 4])
    expect(endsMarked(run(automatic(), 6, turn, () => ({ cacheRead: 0, cacheCreation: 0 })))).toEqual([2, 3, 4, 5, 6])
  })

  test('is one conversation: others go on', () => {
    const marker = automatic()
    run(marker, 4, turn, () => NEVER_READ)
    expect(endsMarked(run(marker, 3, (number) => turn(number, { name: 'other' })))).toEqual([1, 2, 3])
  })

  test('stops the marks of single calls that share their system text', () => {
    const usage = { cacheRead: 0, cacheCreation: 2000 }
    const turns = run(
      automatic(),
      30,
      (number) => turn(1, { name: `call ${number}` }),
      () => usage,
    )
    expect(markedOf(turns)).toEqual([2, 3, 5, 8, 13, 22])
    const read = run(
      automatic(),
      30,
      (number) => turn(1, { name: `call ${number}` }),
      (number) => (number === 2 ? usage : { cacheRead: 2000, cacheCreation: 0 }),
    )
    expect(markedOf(read)).toHaveLength(29)
  })
})

test('the memory of turns is bounded, whatever arrives', () => {
  const history = createHistory()
  const sums = new Int32Array(2)
  for (let call = 0; call < 20_000; call++) {
    const fingerprint = { shared: 'tools', conversation: `${call}`, isStart: false }
    history.follow(fingerprint, { whole: `w${call}`, question: `q${call}`, opening: `o${call}`, sums, blocks: 2 })
  }
  expect(history.size).toBe(16_384 + 1)
})

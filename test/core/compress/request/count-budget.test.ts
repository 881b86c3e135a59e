/** Counting has a budget for what no form is tried for; what is tried is counted whole. */

import { describe, expect, test } from 'vitest'
import { BlockCache, compressing, compressRequest, passthroughReport } from '../../../../src/core/compress/index.ts'
import { exactCounter, unitCounter } from '../../../support/counters.ts'
import { spacedOrders } from '../../../support/tool-results.ts'
import { enforce, readChat } from '../requests.ts'

/** Lower-case letters in no order: no word of it is known. */
function unbroken(length: number): string {
  return Buffer.from(
    Uint8Array.from({ length }, (_, at) => 97 + ((Math.imul(at + 7, 0x9e37_79b1) >>> 16) % 26)),
  ).toString()
}

const chat = (...messages: object[]): ReturnType<typeof readChat> =>
  readChat(JSON.stringify({ model: 'gpt-4o', messages }))
const asked = (text: string): ReturnType<typeof readChat> => chat({ role: 'user', content: text })
const reportOf = (text: string): ReturnType<typeof passthroughReport> => {
  const read = asked(text)
  const { length: bytes } = read.body
  return passthroughReport({ read, counter: exactCounter, profile: 'Safe', outcome: 'passthrough', bytes })
}

describe('a text that nothing is tried for', () => {
  test('is counted whole within the budget', () => {
    const text = unbroken(200_000)
    expect(reportOf(text).tokens).toMatchObject({ original: exactCounter.content(text), accuracy: 'exact' })
  })

  test('is estimated beyond it, and the report says so', () => {
    const text = unbroken(2_000_000)
    const tokens = reportOf(text).tokens
    expect(tokens?.accuracy).toBe('heuristic')
    expect((tokens?.original ?? 0) / (10 * exactCounter.content(text.slice(0, 200_000)))).toBeCloseTo(1, 1)
  })

  test('of ordinary words is counted whole at ten times that size', () => {
    expect(reportOf('The quick brown fox jumps over the lazy dog. '.repeat(100_000)).tokens?.accuracy).toBe('exact')
  })

  test('takes more steps the longer it is', () => {
    const stepsOf = (text: string): number => {
      const steps = compressing(asked(text), enforce, exactCounter)
      for (let count = 1; ; count++) if (steps.next().done) return count
    }
    expect(stepsOf(unbroken(400_000))).toBeGreaterThan(1.8 * stepsOf(unbroken(200_000)))
  })
})

test('a result that is tried is counted whole, whatever was spent before it', () => {
  const result = spacedOrders(1)
  const call = { id: 'c', type: 'function', function: { name: 'list', arguments: '{}' } }
  const after = (text: string): ReturnType<typeof readChat> =>
    chat(
      { role: 'user', content: text },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: result },
    )
  const [alone, behind] = ['hello', unbroken(1_000_000)].map(
    (text) => compressRequest(after(text), enforce, exactCounter).report,
  )
  expect(alone?.changes).toHaveLength(1)
  expect(behind?.changes[0]?.techniques).toEqual(alone?.changes[0]?.techniques)
  expect(behind?.changes[0]?.tokens.original).toBe(alone?.changes[0]?.tokens.original)
})

test('an estimate is not remembered as a count', () => {
  const cache = new BlockCache(1 << 20)
  // The first texts take the budget; alone, the last one is counted.
  const last = 'a few plain words at the end of it all. '.repeat(10)
  const many = chat(...[unbroken(1_000_000), last].map((content) => ({ role: 'user', content })))
  expect(compressRequest(many, enforce, exactCounter, { cache }).report.tokens?.accuracy).toBe('heuristic')
  expect(compressRequest(asked(last), enforce, exactCounter, { cache }).report.tokens).toMatchObject({
    original: exactCounter.content(last),
    accuracy: 'exact',
  })
})

test('a counter that cannot count in steps counts in one go', () => {
  const read = asked('x'.repeat(100_000))
  expect(compressRequest(read, enforce, unitCounter).report.tokens).toMatchObject({ original: 100_000 })
})

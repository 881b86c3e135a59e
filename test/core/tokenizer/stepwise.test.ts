/** A count in steps is the count in one go, whoever else counts between its steps. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Counted, Tokenizer } from '../../../src/core/tokenizer/index.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { vocabularies } from '../../support/counters.ts'
import { anyText, hostileTexts } from '../../support/hostile-text.ts'

type Counting = NonNullable<Tokenizer['counting']>

function run(steps: ReturnType<Counting>, between: () => void = () => undefined): Counted & { readonly steps: number } {
  for (let count = 1; ; count++) {
    const { done, value } = steps.next()
    if (done) return { ...value, steps: count }
    between()
  }
}

/** Lower-case letters in no order: one piece. */
function unbroken(length: number): string {
  return Buffer.from(
    Uint8Array.from({ length }, (_, at) => 97 + ((Math.imul(at + 7, 0x9e37_79b1) >>> 16) % 26)),
  ).toString()
}

describe.each(['o200k_base', 'cl100k_base'] as const)('%s', (name) => {
  const tokenizer = vocabularies.get(name)
  const counting = tokenizer.counting as Counting

  test('equals the count in one go for any text, and for hostile ones of many steps', () => {
    assertProperty(
      fc.property(anyText(200), (text) => {
        expect(run(counting(text, Number.POSITIVE_INFINITY))).toMatchObject({ tokens: tokenizer.count(text), share: 1 })
      }),
    )
    for (const [kind, text] of hostileTexts(20_000)) {
      expect(run(counting(text, Number.POSITIVE_INFINITY)).tokens, kind).toBe(tokenizer.count(text))
    }
  })

  test('is not disturbed by other counts between its steps', () => {
    const other = 'b'.repeat(9000)
    const text = unbroken(80_000)
    const counted = run(counting(text, Number.POSITIVE_INFINITY), () => {
      tokenizer.count(other)
      run(counting(other, Number.POSITIVE_INFINITY))
    })
    expect(counted.tokens).toBe(tokenizer.count(text))
    expect(counted.steps).toBeGreaterThan(10)
  })

  test('ends where its allowance ends, and says how far it came', () => {
    const text = unbroken(900_000)
    const { tokens, share, work } = run(counting(text, 1 << 22))
    expect(share).toBeGreaterThan(0.05)
    expect(share).toBeLessThan(0.5)
    expect(work).toBeLessThan(2 * (1 << 22))
    expect(tokens / share / tokenizer.count(text)).toBeCloseTo(1, 1)
  })

  test('takes work in proportion to the text', () => {
    for (const [kind, text] of hostileTexts(60_000)) {
      const [half, whole] = [text.slice(0, text.length / 2), text].map((part) => run(counting(part, 2 ** 40)).work)
      expect((whole ?? 0) / (half ?? 1), kind).toBeLessThan(2.6)
    }
  })
})

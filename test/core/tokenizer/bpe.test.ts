import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createVocabularies } from '../../../src/core/tokenizer/index.ts'
import { readTokenTable } from '../../../src/tables/index.ts'
import { assertProperty } from '../../support/assert-property.ts'

const vocabularies = createVocabularies(readTokenTable)
const o200k = vocabularies.get('o200k_base')
const cl100k = vocabularies.get('cl100k_base')

describe('text that is not well-formed', () => {
  test.each([
    ['a high surrogate', '\ud83d'],
    ['a low surrogate', '\ude00'],
    ['surrogates in the wrong order', '\ude00\ud83d'],
    ['a high surrogate before a letter', 'x\ud83dy'],
  ])('counts %s as U+FFFD', (_, text) => {
    expect(o200k.count(text)).toBe(o200k.count(text.toWellFormed()))
    expect(cl100k.count(text)).toBe(cl100k.count(text.toWellFormed()))
  })
})

describe('long text', () => {
  test('counts a last word that ends at the end of the buffer', () => {
    for (let length = 2 ** 18 - 12; length <= 2 ** 18 + 4; length += 2) {
      const lines = 'x\n'.repeat(length / 2)
      expect(o200k.count(`${lines}letter`)).toBe(o200k.count(lines) + o200k.count('letter'))
    }
  })

  test('counts lines one by one like all lines at once, beyond the size of the buffer', () => {
    // A line end, then a letter: a piece always ends there, so the parts add up.
    const line = fc.string({
      unit: fc.constantFrom('a', 'B', ' ', '1', '.', 'é', '中', '🙂', '\ud800', "'s"),
      maxLength: 40,
    })
    assertProperty(
      fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), (parts) => {
        const lines = parts.map((part) => `x${part}.\n`)
        const repeats = Math.ceil(300_000 / lines.join('').length)
        const one = lines.reduce((sum, text) => sum + o200k.count(text), 0)
        expect(o200k.count(lines.join('').repeat(repeats))).toBe(one * repeats)
      }),
      { numRuns: 5 },
    )
  })

  test.each([
    ['one letter', 'a', 1_000_000, 125_000],
    ['spaces', ' ', 1_000_000, 7_813],
    ['line ends', '\n', 1_000_000, 62_500],
    ['emoji', '🙂', 250_000, 250_000],
  ])('counts a megabyte of %s in linear time', (_, unit, times, tokens) => {
    expect(o200k.count(unit.repeat(times))).toBe(tokens)
  })

  test('counts a megabyte of base64 in linear time', () => {
    let state = 1
    const bytes = Uint8Array.from({ length: 750_000 }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return state >>> 16
    })
    const tokens = o200k.count(Buffer.from(bytes).toString('base64'))
    expect(tokens).toBeGreaterThan(500_000)
    expect(tokens).toBeLessThan(800_000)
  })

  test('keeps no large buffer', async () => {
    const collectGarbage = exposedGarbageCollector()
    o200k.count('a b ')
    collectGarbage()
    const before = process.memoryUsage().arrayBuffers
    o200k.count('a b '.repeat(500_000))
    // The engine frees the memory of a collected buffer in the background, later on a busy machine.
    await expect
      .poll(
        () => {
          collectGarbage()
          return process.memoryUsage().arrayBuffers - before
        },
        { timeout: 20_000 },
      )
      .toBeLessThan(1e6)
  })
})

function exposedGarbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}

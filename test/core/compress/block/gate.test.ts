import { describe, expect, test } from 'vitest'
import { isSmaller, passesGate, type Size, sizeOf } from '../../../../src/core/compress/block/gate.ts'
import { approximateCounter, exactCounter } from '../../../support/counters.ts'

describe('the gate', () => {
  test.each<[name: string, candidate: Size, block: Size, passes: boolean]>([
    ['3 tokens of 10 are too few', [7], [10], false],
    ['4 tokens of 10 are enough', [6], [10], true],
    ['4 tokens of 200 are 2 %', [196], [200], true],
    ['4 tokens of 201 are less than 2 %', [197], [201], false],
    ['nothing saved', [10], [10], false],
    ['a larger candidate', [11], [10], false],
    ['a candidate that wins everywhere', [90, 90, 400], [100, 100, 410], true],
    ['a candidate that wins in one vocabulary only', [90, 99, 400], [100, 100, 410], false],
    ['a candidate with more bytes', [90, 90, 411], [100, 100, 410], false],
  ])('%s', (_name, candidate, block, passes) => {
    expect(passesGate(candidate, block)).toBe(passes)
  })

  test('a candidate is smaller only when it is smaller by every measure', () => {
    expect(isSmaller([9, 9], [10, 10])).toBe(true)
    expect(isSmaller([9, 10], [10, 10])).toBe(false)
    expect(isSmaller([10], [10])).toBe(false)
  })

  test('measures an exact model by its own tokenizer, any other by both vocabularies and bytes', () => {
    expect(sizeOf('hello wörld', exactCounter)).toHaveLength(1)
    expect(sizeOf('hello wörld', approximateCounter)).toHaveLength(3)
    expect(sizeOf('hello wörld', approximateCounter)[2]).toBe(12)
  })
})

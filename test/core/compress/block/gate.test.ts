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

  test('measures an exact model by its own tokenizer, any other by vocabularies, spaces and bytes', () => {
    expect(sizeOf('hello wörld', exactCounter)).toHaveLength(1)
    expect(sizeOf('hello wörld', approximateCounter)).toHaveLength(4)
    expect(sizeOf('hello wörld', approximateCounter)[3]).toBe(12)
  })

  test('for a model without its own tokenizer, spaces between words are one, and a caret is three', () => {
    const [tokens, , elsewhere] = sizeOf('eth0 1 944', approximateCounter)
    expect(elsewhere).toBe(tokens)
    expect(sizeOf('eth0    1       944', approximateCounter)[2]).toBe(elsewhere)
    expect(sizeOf('a ^ b', approximateCounter)[2]).toBe(sizeOf('a ^ b', approximateCounter)[0] + 2)
  })

  test('spaces before the number that begins a line are free: they may be one token with the end of the line above', () => {
    const right = sizeOf('mtu size\n   7  12\n  85   4\n', approximateCounter)
    expect(right[2]).toBe(sizeOf('mtu size\n7 12\n85 4\n', approximateCounter)[2])
    expect(right[2]).toBeLessThan(right[0])
  })

  test('spaces before the first word and behind the last are not padding', () => {
    expect(sizeOf('    eth0\n', approximateCounter)[2]).toBe(sizeOf('    eth0\n', approximateCounter)[0])
    expect(sizeOf('eth0    \n', approximateCounter)[2]).toBe(sizeOf('eth0    \n', approximateCounter)[0])
  })

  test('a table without its padding is no smaller for a model without its own tokenizer', () => {
    const rows = [
      ['NAME', 'SIZE', 'MTU', 'USED'],
      ['eth0', '1', '33575904', '9435'],
      ['eth1', '278611183', '7', '24094'],
    ]
    const padded = rows
      .map((row) =>
        row
          .map((cell) => cell.padEnd(12))
          .join('')
          .trimEnd(),
      )
      .join('\n')
    const single = rows.map((row) => row.join(' ')).join('\n')
    expect(passesGate(sizeOf(single, exactCounter), sizeOf(padded, exactCounter))).toBe(true)
    expect(passesGate(sizeOf(single, approximateCounter), sizeOf(padded, approximateCounter))).toBe(false)
  })
})

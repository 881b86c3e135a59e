import { describe, expect, test } from 'vitest'
import { compressBlock } from '../../../../src/core/compress/block/compress-block.ts'
import { traitsOf, WorkBudget } from '../../../../src/core/compress/block/work-budget.ts'
import { NO_HINT } from '../../../../src/core/compress/kinds/kind.ts'
import { kindOf } from '../../../../src/core/compress/kinds/kind-of.ts'
import { plansFor } from '../../../../src/core/compress/profiles.ts'
import { exactCounter } from '../../../support/counters.ts'

describe('the work budget of a block', () => {
  test('foretells work from lines, quotes and the JSON in a text', () => {
    const { units, lines, quotes, containers, signs } = traitsOf('a\r\nb: [c, \u001b[1m\'d\' {"e":[1,2]}')
    expect({ units, lines, quotes, containers, signs }).toEqual({
      units: 29,
      lines: 3,
      quotes: 2,
      containers: 2,
      signs: 6,
    })
  })

  test('foretells more work where carriage returns write over what was written', () => {
    expect(traitsOf('a\r\nb\r\n')).toMatchObject({ lines: 4, returns: 0 })
    expect(traitsOf('10%\r20%\r30%\n\r\n\r')).toMatchObject({ returns: 3 })
    const times = (text: string): number => {
      const budget = new WorkBudget()
      const traits = traitsOf(text)
      let taken = 0
      while (budget.take('terminal-cleanup', traits)) taken++
      return taken
    }
    expect(times('10%\r'.repeat(1000))).toBeLessThan(times('10%\n'.repeat(1000)))
  })

  test('ends at what does not fit, and what is less still fits', () => {
    const budget = new WorkBudget()
    const large = traitsOf('word '.repeat(50_000))
    let taken = 0
    while (budget.take('line-templates', large)) taken++
    expect(taken).toBeGreaterThan(0)
    expect(taken).toBeLessThan(10)
    expect(budget.take('line-templates', traitsOf('word'))).toBe(true)
  })

  test('sends a block in the best form that was found when work runs out', () => {
    const row = '{"a": {"n": 1}, "b": {"n": 2}}'
    const resultOf = (rows: number): string => {
      const text = `[${`${row}, `.repeat(rows)}${row}]`
      const result = compressBlock(text, (some) => plansFor('Safe', kindOf(some, NO_HINT)), exactCounter)
      return result.status === 'changed' ? (result.applied[0]?.technique.name ?? '') : result.status
    }
    expect(resultOf(100)).toBe('columnar-json')
    expect(resultOf(7_000)).toBe('json-minify')
  })
})

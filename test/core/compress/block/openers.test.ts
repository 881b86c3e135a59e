/** JSON that stands in a string, or in Python's notation, is judged together with the form that it is opened for. */

import { describe, expect, test } from 'vitest'
import { compressBlock } from '../../../../src/core/compress/block/compress-block.ts'
import { plansFor } from '../../../../src/core/compress/profiles.ts'
import { exactCounter } from '../../../support/counters.ts'

const ROWS = Array.from({ length: 12 }, (_, i) => ({
  id: 1000 + 7 * i,
  name: `node-${i}`,
  zone: 'b',
  ready: i % 3 > 0,
}))

function resultOf(text: string): ReturnType<typeof compressBlock> {
  return compressBlock(text, () => plansFor('Balanced', 'json'), exactCounter)
}

/** An answer of a tool in the envelope of another one. */
function wrapped(text: string): string {
  return JSON.stringify([{ type: 'text', text }])
}

const PYTHON = JSON.stringify(ROWS)
  .replaceAll('"', "'")
  .replaceAll(/[,:](?=['{\d])|:(?=[tf])/g, (sign) => `${sign} `)
  .replaceAll('true', 'True')
  .replaceAll('false', 'False')

describe('what is opened for another form', () => {
  test.each([
    ['rows in a string', wrapped(JSON.stringify(ROWS)), 'json-unescape', 0.6],
    ['indented rows in a string', wrapped(JSON.stringify(ROWS, null, 2)), 'json-unescape', 0.4],
    ['rows in a string that is cut off', wrapped(JSON.stringify(ROWS)).slice(0, 700), 'json-unescape', 0.7],
    ['rows as Python prints them', PYTHON, 'python-repr', 0.6],
  ])('%s come out as a table', (_name, text, opener, share) => {
    const result = resultOf(text)
    if (result.status !== 'changed') throw new Error(`the block is ${result.status}`)
    expect(result.applied.map(({ technique }) => technique.name)).toEqual([
      opener,
      expect.stringMatching(/^(columnar|bare)-json$/),
    ])
    const saved = result.applied.map(({ savedTokens }) => savedTokens)
    expect(result.tokens - saved.reduce((sum, tokens) => sum + tokens, 0)).toBeLessThan(share * result.tokens)
    expect(saved.every((tokens) => tokens >= 0)).toBe(true)
  })

  test('no step loses the spaces in a string that is cut off', () => {
    const cut = wrapped(JSON.stringify(ROWS, null, 2)).slice(0, 900)
    const result = compressBlock(cut, () => plansFor('Balanced', 'json'), exactCounter)
    const names = result.status === 'changed' ? result.applied.map(({ technique }) => technique.name) : []
    expect(names).not.toContain('json-unescape')
  })

  test('it stays closed when that makes it no shorter', () => {
    expect(resultOf(wrapped('{"id":"a-7","ok":true}')).status).not.toBe('changed')
  })

  test('the text around it still gets its form when opening it does not pay', () => {
    const text = JSON.stringify({ note: '{"id":"a-7","ok":true}', rows: ROWS })
    const result = resultOf(text)
    expect(result.status === 'changed' && result.text).toContain('id,name,zone=b,ready')
  })
})

/** Line output of tools: the line techniques work on each other's results. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compressRequest, decompressRequest } from '../../../../src/core/compress/index.ts'
import { assertProperty } from '../../../support/assert-property.ts'
import { approximateCounter, exactCounter } from '../../../support/counters.ts'
import { chatWith, enforce, readChat, toolResultsOf } from '../requests.ts'

const word = fc.constantFrom(
  'api',
  'database',
  'far west',
  'node-7.example.internal',
  '<none>',
  '{}',
  'A',
  'S1',
  '^',
  '"',
  '',
)
const number = fc.nat({ max: 99 })
const lineEnd = fc.constantFrom('\n', '\r\n')

/** A log of a few kinds of lines, all of the same minute. */
const log = fc
  .tuple(fc.array(fc.tuple(fc.nat({ max: 3 }), number, word), { minLength: 4, maxLength: 14 }), lineEnd)
  .map(([entries, end]) => {
    const messages = (n: number, name: string) => [
      `INFO  [worker-${n}] request for ${name} accepted, waiting for the pool`,
      `ERROR [worker-${n}] connection lost, trying again in ${n} ms`,
      `WARN  memory of ${name} at ${n} %`,
      name,
    ]
    return entries.map(([kind, n, name], i) => `2031-04-05T06:07:${i}.${n}Z ${messages(n, name)[kind]}${end}`).join('')
  })

/** Columns as wide as their widest cells and three spaces more. */
const table = fc
  .tuple(fc.array(fc.tuple(word, number, word, word), { minLength: 3, maxLength: 9 }), lineEnd)
  .map(([rows, end]) => {
    const cells = [['NAME', 'COUNT', 'STATE', 'NODE'], ...rows.map((row) => row.map(String))]
    const widths = [0, 1, 2, 3].map((i) => Math.max(...cells.map((row) => (row[i] as string).length)) + 3)
    return cells
      .map(
        (row) =>
          row
            .map((cell, i) => cell.padEnd(widths[i] as number))
            .join('')
            .trimEnd() + end,
      )
      .join('')
  })

const values = fc
  .array(fc.tuple(fc.constantFrom('Name', 'Start Time', 'Node', 'A longer key'), word), { maxLength: 9 })
  .map((pairs) => pairs.map(([key, value]) => `  ${`${key}:`.padEnd(16)}${value}\n`).join(''))

const records = fc
  .tuple(fc.array(number, { maxLength: 6 }), lineEnd)
  .map(([ids, end]) =>
    ids.map((id) => `- id: ${id}${end}  protocol: TCP${end}  target port: ${id}${end}  state: ready${end}`).join(''),
  )

const text = fc
  .array(fc.oneof(log, table, values, records, fc.constantFrom('\n', 'stdout:\n', 'A x\n', 'S1 x\n', 'no end')), {
    maxLength: 5,
  })
  .map((parts) => parts.join(''))

describe('line-structured text', () => {
  test('comes back from the body alone, and as it was', () => {
    assertProperty(
      fc.property(text, fc.constantFrom(exactCounter, approximateCounter), (result, counter) => {
        const { body } = compressRequest(chatWith([result]), enforce, counter)
        expect(toolResultsOf(decompressRequest(readChat(body)).body)).toEqual([result])
      }),
      { numRuns: 300 },
    )
  })

  test('is not compressed twice', () => {
    assertProperty(
      fc.property(text, (result) => {
        const once = compressRequest(chatWith([result]), enforce, exactCounter).body
        expect(compressRequest(readChat(once), enforce, exactCounter).body).toEqual(readChat(once).body)
      }),
      { numRuns: 300 },
    )
  })
})

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

  test('goes through one technique after the other', () => {
    const rows = ['api-1', 'api-2', 'database', 'queue'].map(
      (name, i) => `${name.padEnd(11)}1/1     ${i}          node-7.example.internal\n`,
    )
    const busy = Array.from(
      { length: 30 },
      (_, i) => `2031-04-05T06:07:${10 + i}Z INFO worker ${i} took ${3 * i} orders in one go\n`,
    )
    const others = [
      'up',
      'a parcel waits in Hamburg',
      'customs have read its papers',
      'no answer by noon',
      'refund paid',
    ]
    const log = [...busy, ...others.map((message, i) => `2031-04-05T06:07:${40 + i}Z WARN ${message}\n`)]
    const result = `NAME       READY   RESTARTS   NODE\n${rows.join('')}\n${log.join('')}`
    const { body, report } = compressRequest(chatWith([result]), enforce, exactCounter)
    expect(report.changes).toMatchObject([{ techniques: ['aligned-columns', 'prefix-lifting', 'line-templates'] }])
    expect(toolResultsOf(body)).toEqual([
      [
        '[A= names a line; "A x" repeats it with x in {}]',
        '[table of 5 aligned rows, ^ = as above]',
        'NAME       READY   RESTARTS   NODE',
        'api-1 1/1 0 node-7.example.internal',
        'api-2 ^ 1 ^',
        'database ^ 2 ^',
        'queue ^ 3 ^',
        '',
        '[next 35 lines start with "2031-04-05T06:07:"]',
        'A={10Z} INFO worker {0} took {0} orders in one go',
        ...busy.slice(1).map((_, i) => `A ${11 + i}Z ${i + 1} ${3 * (i + 1)}`),
        ...others.map((message, i) => `${40 + i}Z WARN ${message}`),
        '',
      ].join('\n'),
    ])
  })
})

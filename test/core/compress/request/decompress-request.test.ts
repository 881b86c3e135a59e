import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isEquivalent } from '../../../../src/core/compress/block/verify.ts'
import { compressRequest, decompressRequest } from '../../../../src/core/compress/index.ts'
import { assertProperty } from '../../../support/assert-property.ts'
import { exactCounter } from '../../../support/counters.ts'
import { jsonText } from '../../../support/json-text.ts'
import { chatWith, enforce, readChat, toolResultsOf } from '../requests.ts'

const ORDERS = JSON.stringify(
  [1, 2, 3, 4].map((id) => ({ id, status: 'shipped', total: id * 10 })),
  null,
  2,
)
const WAITING = 'still waiting for the pod\n'.repeat(9)
const SOMEBODY_ELSES = 'retry\n[the line above 2 more times]\nand {"a,":[[1]]}'

/** Each of these is encoded by more than one technique. */
const MIXED = `${'\u001b[31mfailed\u001b[0m to reach the order service\n'.repeat(5)}${ORDERS}\n`
const MIXED_SCREEN = `${'failed to reach the order service\n'.repeat(5)}${ORDERS}\n`

/** A table of about a kilobyte for the key, and another for each row when it is decoded. */
function longKey(rows: number): string {
  return `{"${'k'.repeat(1000)},":[${Array(rows).fill('[1]').join(',')}]}`
}

describe('decompressRequest', () => {
  test('brings back an equivalent of every changed block, and the very bytes around it', () => {
    const texts = [ORDERS, WAITING, MIXED, 'plain']
    const { body, report } = compressRequest(chatWith(texts), enforce, exactCounter)
    expect(report.changes[2]?.techniques).toEqual(['terminal-cleanup', 'columnar-json'])
    for (const undone of [decompressRequest(readChat(body), report), decompressRequest(readChat(body))]) {
      const [orders, waiting, mixed, plain] = toolResultsOf(undone.body)
      expect(isEquivalent(orders!, ORDERS, 'json')).toBe(true)
      expect(waiting).toBe(WAITING)
      expect(isEquivalent(mixed!, MIXED_SCREEN, 'json')).toBe(true)
      expect(plain).toBe('plain')
    }
  })

  test('decodes with the report only encoded blocks, and none that only looks like one', () => {
    const { body, report } = compressRequest(chatWith([SOMEBODY_ELSES, WAITING]), enforce, exactCounter)
    expect(toolResultsOf(body)[0]).toBe(SOMEBODY_ELSES)
    expect(toolResultsOf(decompressRequest(readChat(body), report).body)).toEqual([SOMEBODY_ELSES, WAITING])
  })

  test('finds no form without the report that another profile would have written, and this one let stand', () => {
    const forms = ['{"(JSON string)":{}}', '[9 lines as in call_0: "def" … "return"]', 'α=pay-6c\n\nα α']
    for (const form of forms) {
      const text = `${form}\n${'retry in 5s\n'.repeat(9)}`
      const { body } = compressRequest(chatWith([text]), enforce, exactCounter)
      expect(toolResultsOf(body)).toEqual([text])
    }
  })

  test('without the report takes every block of our form for ours', () => {
    const read = chatWith(['again and again\n[the line above 2 more times]\n', '{"a,b":[[1,"x"],[2]]}'])
    expect(toolResultsOf(decompressRequest(read).body)).toEqual([
      'again and again\n'.repeat(3),
      '[{"a":1,"b":"x"},{"a":2}]',
    ])
  })

  test('gives back the very same body when there is nothing to decode', () => {
    const read = chatWith(['plain', '[the line above 1 more times]\n'])
    expect(decompressRequest(read).body).toBe(read.body)
    expect(decompressRequest(read, { changes: [] }).body).toBe(read.body)
  })

  test.each([
    ['a path the body does not have', [{ path: 'messages[99].content', techniques: ['repeated-lines'] }]],
    ['a technique that is not ours', [{ path: 'messages[3].content', techniques: ['zip'] }]],
    ['a block that is not of the form', [{ path: 'messages[3].content', techniques: ['columnar-json'] }]],
  ])('refuses a report that names %s', (_name, changes) => {
    const read = chatWith(['again\n[the line above 2 more times]\n'])
    expect(() => decompressRequest(read, { changes })).toThrow(expect.objectContaining({ code: 'NOT_OUR_FORM' }))
  })

  test.each([
    [
      'many blocks of many repeats',
      Array(40).fill(`${'again and again '.repeat(2)}\n[the line above 6999 more times]\n`),
    ],
    ['many blocks of a long key', Array(40).fill(longKey(240))],
  ])('refuses %s, which decode to more than a request can have had', (_name, texts) => {
    expect(() => decompressRequest(chatWith(texts))).toThrow(expect.objectContaining({ code: 'NOT_OUR_FORM' }))
  })

  test('leaves tables that decode to more than a block can have had', () => {
    const read = chatWith([longKey(100).repeat(3)])
    expect(decompressRequest(read).body).toBe(read.body)
  })

  test('brings back every lexeme of generated JSON', () => {
    assertProperty(
      fc.property(fc.array(jsonText, { maxLength: 4 }), (texts) => {
        const { body, report } = compressRequest(chatWith(texts), enforce, exactCounter)
        const undone = toolResultsOf(decompressRequest(readChat(body), report).body)
        for (const [i, text] of texts.entries()) expect(isEquivalent(undone[i]!, text, 'json')).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

import { describe, expect, test } from 'vitest'
import { compressRequest, decompressRequest } from '../../../../src/core/compress/index.ts'
import { jsonIn } from '../../../../src/core/compress/json/found.ts'
import { linesOf } from '../../../../src/core/compress/lines/lines.ts'
import { forgettingTexts, rememberingTexts } from '../../../../src/core/compress/memory/text-memo.ts'
import { unitCounter } from '../../../support/counters.ts'
import { chatWith, enforce, readChat } from '../requests.ts'

/** Holds no JSON, so that its compression does not replace the JSON that is remembered. */
const PLAIN = 'some text that repeats\n'.repeat(9)

describe('a text memory', () => {
  test('makes a value once for each of its latest texts', () => {
    const made: string[] = []
    const lengthOf = rememberingTexts(2, (text) => made.push(text))
    for (const text of ['a', 'b', 'a', 'c', 'c', 'a', 'b']) lengthOf(text)
    expect(made).toEqual(['a', 'b', 'c', 'b'])
  })

  test('is empty after the work, also when that throws', () => {
    const objectFor = rememberingTexts(1, (text) => ({ text }))
    const first = forgettingTexts(() => objectFor('a'))
    expect(objectFor('a')).not.toBe(first)
    const second = objectFor('a')
    const fail = (): never => {
      throw new Error('failed')
    }
    expect(() => forgettingTexts(fail)).toThrow('failed')
    expect(objectFor('a')).not.toBe(second)
  })
})

test.each([
  ['compression', () => compressRequest(chatWith([PLAIN]), enforce, unitCounter).body],
  ['decompression', () => decompressRequest(readChat(chatWith(['again\n[the line above 2 more times]\n']).body)).body],
])('%s of a request keeps no text', (_name, work) => {
  const lines = linesOf('some text\n')
  const json = jsonIn('{"a": 1}')
  work()
  expect(linesOf('some text\n')).not.toBe(lines)
  expect(jsonIn('{"a": 1}')).not.toBe(json)
})

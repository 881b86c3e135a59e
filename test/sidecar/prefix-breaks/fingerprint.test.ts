import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bytesOf,
  type Fingerprint,
  fingerprint,
  isSamePart,
  partCount,
} from '../../../sidecar/prefix-breaks/fingerprint.ts'
import { dialectByName, readBody } from '../../../src/core/dialect/index.ts'
import { assertProperty } from '../../support/assert-property.ts'

function printOf(messages: readonly unknown[], indent = 0): Fingerprint {
  const dialect = dialectByName('anthropic-messages')
  const read = readBody(Buffer.from(JSON.stringify({ messages }, null, indent)), dialect)
  if (read?.prefix === undefined) throw new Error('the test body was not understood')
  return fingerprint(read.tape, read.prefix).print
}

const message = (content: unknown, members: object = {}): object => ({ role: 'user', content, ...members })
const mark = { cache_control: { type: 'ephemeral' } }
const text = (value: string, members: object = {}): object => ({ type: 'text', text: value, ...members })
const result = (content: unknown): object => ({ type: 'tool_result', tool_use_id: 't', content })

describe('two messages are the same', () => {
  test.each<[string, unknown, unknown]>([
    ['as a string and as one block', message('hello'), message([text('hello')])],
    ['with a mark and without', message([text('hello', mark)]), message('hello')],
    ['with a mark before the text', message([{ ...mark, ...text('hello') }]), message('hello')],
    ['with a mark on one of several blocks', message([text('a'), text('b', mark)]), message([text('a'), text('b')])],
    ['with a mark on the message', message('hello', mark), message('hello')],
    ['with a mark in the middle', message([{ type: 'x', ...mark, y: 1 }]), message([{ type: 'x', y: 1 }])],
    ['with a mark at the start', message([{ ...mark, type: 'x', y: 1 }]), message([{ type: 'x', y: 1 }])],
    ['with a mark at the end', message([{ type: 'x', y: 1, ...mark }]), message([{ type: 'x', y: 1 }])],
    ["with a result's text as a block", message([result([text('r', mark)])]), message([result('r')])],
  ])('%s', (_how, one, other) => {
    for (const indent of [0, 2]) {
      expect(isSamePart(printOf([one], indent), 0, printOf([other], indent), 0)).toBe(true)
    }
  })
})

describe('two messages differ', () => {
  test.each<[string, unknown, unknown]>([
    ['in a letter', message('hello'), message('hellp')],
    ['in their speaker', message('hello'), { role: 'assistant', content: 'hello' }],
    ['in how their text is cut', message([text('a'), text('b')]), message([text('ab')])],
    ['in what a block has beside its text', message([text('a')]), message([text('a', { citations: [] })])],
    ['in a word about caching that is text', message('"cache_control"'), message('')],
    ['in a block of another type', message([{ type: 'thinking', text: 'a' }]), message([text('a')])],
  ])('%s', (_how, one, other) => {
    expect(isSamePart(printOf([one]), 0, printOf([other]), 0)).toBe(false)
  })
})

describe('the fingerprint of a request', () => {
  test('is eight bytes a part, of 2,048 parts', () => {
    const print = printOf(Array.from({ length: 100_000 }, (_, i) => message(`m${i}`)))
    expect(partCount(print)).toBe(2048)
    expect(print.marks.byteLength).toBe(2048 * 8)
  })

  test('holds the number of bytes up to each part', () => {
    const print = printOf([message('a'.repeat(1000)), message('b'.repeat(3000))])
    expect(bytesOf(print, 0)).toBe(0)
    expect(bytesOf(print, 1)).toBeGreaterThan(1000)
    expect(bytesOf(print, 2) - bytesOf(print, 1)).toBe(bytesOf(print, 1) + 2000)
  })

  test('differs for messages of any shape exactly where their JSON differs', () => {
    const content = fc.jsonValue({ maxDepth: 3 })
    assertProperty(
      fc.property(content, content, (one, other) => {
        const isSame = isSamePart(printOf([message({ x: one })]), 0, printOf([message({ x: other })]), 0)
        expect(isSame).toBe(JSON.stringify(one) === JSON.stringify(other))
      }),
    )
  })

  test('exists for any message, whatever it holds', () => {
    const odd = [null, 1, 'text', [], {}, { content: null }, { content: [null, 1, [], {}] }, message([{ text: 1 }])]
    expect(partCount(printOf(odd))).toBe(odd.length)
  })
})

/** The outline of a JSON text is what `JSON.parse` returns, as far as it is shallow and short. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { outlineOf, outlining } from '../../../src/core/json/index.ts'
import { atOnce } from '../../../src/core/steps.ts'
import { assertProperty } from '../../support/assert-property.ts'

/** More than a text that is parsed whole. */
const LONG = ' '.repeat(1 << 14)
const outline = (text: string): unknown => atOnce(outlining(Buffer.from(text + LONG)))
const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))

function stepsOf(text: string): { readonly steps: number; readonly value: unknown } {
  const work = outlining(Buffer.from(text))
  for (let steps = 1; ; steps++) {
    const { done, value } = work.next()
    if (done) return { steps, value: plain(value) }
  }
}

test('is the value of a shallow text, in bytes and in a string', () => {
  assertProperty(
    fc.property(fc.json({ maxDepth: 3, stringUnit: 'binary' }), (text) => {
      expect(plain(outline(text))).toEqual(plain(JSON.parse(text)))
      expect(plain(outlineOf(text + LONG))).toEqual(plain(JSON.parse(text)))
    }),
  )
})

test('exists for the texts that JSON.parse takes, and for no other', () => {
  const lexeme = fc.constantFrom('[', ']', '{', '}', ',', ':', '"a"', '1', 'null', ' ', '[[[[[[[[', ']]]]]]]]')
  assertProperty(
    fc.property(fc.array(lexeme, { maxLength: 12 }), (lexemes) => {
      const text = lexemes.join('')
      expect(outline(text) !== undefined).toBe(isParsable(text))
    }),
  )
})

function isParsable(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('passes over', () => {
  test('what is nested deeper than any figure, and reads what follows', () => {
    const deep = `${'['.repeat(100_000)}{"a":[1,"]"]}${']'.repeat(100_000)}`
    expect(plain(outline(`{"a":${deep},"usage":{"in":{"b":2}}}`))).toMatchObject({ usage: { in: { b: 2 } } })
  })

  test('long texts and numbers', () => {
    const text = `{"image":"${'x'.repeat(2000)}","n":${'1'.repeat(2000)},"${'k'.repeat(2000)}":1,"id":"a\\u00e9"}`
    expect(plain(outline(text))).toEqual({ id: 'aé' })
  })

  test('later members of a long list', () => {
    const { list, id } = outline(`{"list":[${'1,'.repeat(5000)}1],"id":7}`) as { list: number[]; id: number }
    expect(list.length).toBe(1024)
    expect(id).toBe(7)
  })
})

test('keeps members by names that objects have of themselves', () => {
  const outlined = outline('{"__proto__":{"id":1},"constructor":2}') as Record<string, unknown>
  expect(Object.getOwnPropertyNames(outlined)).toEqual(['__proto__', 'constructor'])
})

test('takes as many steps as the text has pieces, whatever is in them', () => {
  const USAGE = '"usage":{"prompt_tokens":3}'
  const texts = (size: number): string[] => [
    `{"a":${'['.repeat(size / 2)}${']'.repeat(size / 2)},${USAGE}}`,
    `{"a":[${'1,'.repeat(size / 2)}1],${USAGE}}`,
    `{"a":[${'{"b":[]},'.repeat(size / 9)}1],${USAGE}}`,
    `{${'"b":1,'.repeat(size / 6)}${USAGE}}`,
  ]
  const [small, large] = [texts(1 << 20), texts(1 << 21)].map((all) => all.map(stepsOf))
  for (const [nth, { steps, value }] of (large ?? []).entries()) {
    expect(steps / (small?.[nth]?.steps ?? 0)).toBeLessThan(2.5)
    expect(steps).toBeGreaterThan(4)
    if (nth < 3) expect(value).toMatchObject({ usage: { prompt_tokens: 3 } })
  }
})

test('gives up in one go on so many values that others would wait, not on a long text', () => {
  expect(outlineOf(`{"a":${'['.repeat(4 << 20)}${']'.repeat(4 << 20)},"id":1}`)).toBeUndefined()
  expect(outlineOf(`{"image":"${'x'.repeat(8 << 20)}","id":1}`)).toEqual(expect.objectContaining({ id: 1 }))
})

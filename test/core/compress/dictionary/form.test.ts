import { describe, expect, test } from 'vitest'
import { expandForm, MARKS, readForm, writeForm } from '../../../../src/core/compress/dictionary/form.ts'
import { MAX_BLOCK_BYTES } from '../../../../src/core/compress/limits.ts'

function expanded(text: string): string | undefined {
  const form = readForm(text)
  return form && expandForm(form)
}

describe('a dictionary', () => {
  test.each([
    ['an entry', 'α=node\n\nα-1 α-2', 'node-1 node-2'],
    ['entries that hold others', 'α=β/c\nβ=a/b\n\nα α β', 'a/b/c a/b/c a/b'],
    ['an entry of several lines', 'α=a\n  b=1\n\nα\nα\n', 'a\n  b=1\na\n  b=1\n'],
    ['a letter left out', 'α=node\nγ=up\n\nα γ β α γ', 'node up β node up'],
    ['a text that begins with an empty line', 'α=node\n\n\n\nα α', '\n\nnode node'],
    ['carriage returns', 'α=a\r\nb\n\nα\r\nα\r\n', 'a\r\nb\r\na\r\nb\r\n'],
  ])('is read: %s', (_name, form, text) => {
    expect(expanded(form)).toBe(text)
  })

  test.each([
    ['without an end', 'α=node\nα α'],
    ['that does not stand first', ' α=node\n\nα α'],
    ['with letters out of order', 'β=node\nα=up\n\nα β α β'],
    ['with a letter twice', 'α=node\nα=up\n\nα α'],
    ['with a letter that is used once', 'α=node\n\nα'],
    ['that stands for itself', 'α=αα\n\nα'],
    ['that runs in a circle', 'α=β\nβ=α\n\nα β'],
  ])('is none: %s', (_name, form) => {
    expect(expanded(form)).toBeUndefined()
  })

  test('is not expanded beyond the limit of a block', () => {
    const marks = [...MARKS]
    const bomb = marks.map((mark, index) => `${mark}=${(marks[index + 1] ?? 'x').repeat(9)}`).join('\n')
    expect(expanded(`${bomb}\n\nα α`)).toBeUndefined()
    expect(expanded(`α=${'x'.repeat(MAX_BLOCK_BYTES)}\n\nα α`)).toBeUndefined()
  })

  test('is not written when a line of a value would be read as an entry', () => {
    expect(writeForm({ entries: new Map([['α', 'a\nβ=b']]), body: 'α α' })).toBeUndefined()
  })

  test('has marks that are one UTF-16 unit each, none of them twice', () => {
    expect(new Set(MARKS).size).toBe(MARKS.length)
  })
})

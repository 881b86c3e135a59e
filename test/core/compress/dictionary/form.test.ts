import { describe, expect, test } from 'vitest'
import { expandForm, MARKS, readForm } from '../../../../src/core/compress/dictionary/form.ts'
import { MAX_BLOCK_BYTES } from '../../../../src/core/compress/limits.ts'

function expanded(text: string): string | undefined {
  const form = readForm(text)
  return form && expandForm(form)
}

describe('a dictionary', () => {
  test.each([
    ['an entry', 'α=node\n\nα-1 α-2', 'node-1 node-2'],
    ['a letter of another script', 'α=node и\n\nα α', 'node и node и'],
    ['a letter left out', 'α=node\nπ=up\n\nα π β α π', 'node up β node up'],
    ['a text that begins with an empty line', 'α=node\n\n\n\nα α', '\n\nnode node'],
    ['carriage returns', 'α=a b\n\nα\r\nα\r\n', 'a b\r\na b\r\n'],
  ])('is read: %s', (_name, form, text) => {
    expect(expanded(form)).toBe(text)
  })

  test.each([
    ['without an end', 'α=node\nα α'],
    ['that does not stand first', ' α=node\n\nα α'],
    ['with letters out of order', 'β=node\nα=up\n\nα β α β'],
    ['with a letter twice', 'α=node\nα=up\n\nα α'],
    ['with a letter that is used once', 'α=node\n\nα'],
    ['with a letter in an entry', 'α=a/b\nβ=α/c\n\nα α β β'],
    ['with an entry of several lines', 'α=a\n  b=1\n\nα\nα\n'],
    ['that stands for itself', 'α=αα\n\nα'],
    ['that runs in a circle', 'α=β\nβ=α\n\nα β'],
  ])('is none: %s', (_name, form) => {
    expect(expanded(form)).toBeUndefined()
  })

  test('is not expanded beyond the limit of a block', () => {
    expect(expanded(`α=${'x'.repeat(MAX_BLOCK_BYTES / 2)}\n\nα α α`)).toBeUndefined()
  })

  test('has marks that are one UTF-16 unit each, none of them twice', () => {
    expect(new Set(MARKS).size).toBe(MARKS.length)
  })
})

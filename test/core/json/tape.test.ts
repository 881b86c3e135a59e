import { describe, expect, test } from 'vitest'
import {
  childrenOf,
  isString,
  kindOf,
  memberOf,
  NONE,
  scanJson,
  sourceOf,
  textOf,
  unitsOf,
} from '../../../src/core/json/index.ts'

const tapeOf = (text: string) => scanJson(Buffer.from(text))!

describe('a tape', () => {
  test.each([
    ['{}', 'object'],
    ['[]', 'array'],
    ['"a"', 'string'],
    ['-1', 'number'],
    ['7', 'number'],
    ['true', 'true'],
    ['false', 'false'],
    ['null', 'null'],
  ])('knows the kind of %s', (text, kind) => {
    expect(kindOf(tapeOf(text), 0)).toBe(kind)
  })

  test('has no kind, children, text or members where there is no node', () => {
    const tape = tapeOf('{}')
    expect(kindOf(tape, NONE)).toBeUndefined()
    expect(textOf(tape, NONE)).toBeUndefined()
    expect([...childrenOf(tape, NONE)]).toEqual([])
    expect(memberOf(tape, NONE, 'a')).toBe(NONE)
  })

  test('finds a member by name, whatever stands around it and however its key is escaped', () => {
    const tape = tapeOf('{"role ":0,"r\\u006fle":{"role":1},"rol":2}')
    expect(sourceOf(tape, memberOf(tape, 0, 'role'))).toBe('{"role":1}')
    expect(memberOf(tape, 0, 'none')).toBe(NONE)
    expect(memberOf(tapeOf('["role"]'), 0, 'role')).toBe(NONE)
  })

  test('takes a member that stands twice for absent, also when one is escaped', () => {
    expect(memberOf(tapeOf('{"a":1,"a":2}'), 0, 'a')).toBe(NONE)
    expect(memberOf(tapeOf('{"a":1,"\\u0061":2}'), 0, 'a')).toBe(NONE)
  })

  test('compares strings by value', () => {
    expect(isString(tapeOf('"tool"'), 0, 'tool')).toBe(true)
    expect(isString(tapeOf('"t\\u006fol"'), 0, 'tool')).toBe(true)
    expect(isString(tapeOf('"tools"'), 0, 'tool')).toBe(false)
    expect(isString(tapeOf('"too"'), 0, 'tool')).toBe(false)
    expect(isString(tapeOf('1'), 0, '1')).toBe(false)
  })

  test.each(['"né 漢 😀"', '"\\ud83d\\ude00\\n\\"\\\\"', '"\\ud800"', '""'])(
    'reads the text of %s as JSON.parse does',
    (text) => {
      expect(textOf(tapeOf(text), 0)).toBe(JSON.parse(text))
      expect(textOf(scanJson(unitsOf(text))!, 0)).toBe(JSON.parse(text))
    },
  )

  test('keeps number literals as they stand', () => {
    const tape = tapeOf('[ 1.0 ,12345678901234567890, 1e400,-0]')
    expect([...childrenOf(tape, 0)].map((node) => sourceOf(tape, node))).toEqual([
      '1.0',
      '12345678901234567890',
      '1e400',
      '-0',
    ])
  })
})

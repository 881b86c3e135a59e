import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { childrenOf, kindOf, scanJson, scanning, sourceOf, unitsOf } from '../../../src/core/json/index.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { jsonText, nearJson } from '../../support/json-text.ts'

const bytesOf = (text: string): Uint8Array => Buffer.from(text)

function isParsable(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** A text whose reads are counted. */
function counted(bytes: Uint8Array): { units: Uint8Array; reads: () => number } {
  let reads = 0
  const units = new Proxy(bytes, {
    get(target, name) {
      reads++
      return Reflect.get(target, name, target)
    },
  })
  return { units, reads: () => reads }
}

const VALID = [
  '{}',
  ' [ ] ',
  '"\\u0000\\ud800\\"\\/"',
  '-0',
  '0.5e-10',
  '12345678901234567890',
  '1e400',
  'null',
  '{"a":1,"a":2}',
  '[1.0,60.0,[[]],{"":{}}]',
  '\r\n\t {"é漢😀":"\u007f\u2028"}',
]

const INVALID = [
  ...[
    '',
    ' ',
    '{',
    '[',
    '"',
    '"\\',
    '"\\u12',
    '"\\u123"',
    '"\\u123g"',
    '"\u001f"',
    '"\\x"',
    '"a\nb"',
    '"\u0000"',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{a:1}',
    '{1:1}',
  ],
  ...[
    '[1,]',
    '[,1]',
    '[1 2]',
    '[1}',
    '{"a":1]',
    '01',
    '+1',
    '1.',
    '.5',
    '1e',
    '1e+',
    '-',
    'NaN',
    'Infinity',
    'nul',
    'nulll',
    'True',
  ],
  ...['{} {}', '[]]', '1,', "{'a':1}", '\ufeff{}', '\u00a0{}', '[1]//', '\u0000', '{"a":1}\u0000'],
]

test('scanning pauses among brackets that close as often as among those that open', () => {
  const half = 4 << 19
  const stepsOf = (text: string): number => [...scanning(Buffer.from(text))].length
  const open = stepsOf('['.repeat(half))
  expect(open).toBe(4)
  expect(stepsOf('['.repeat(half) + ']'.repeat(half))).toBeGreaterThanOrEqual(2 * open - 1)
})

describe('scanJson', () => {
  test.each(VALID)('takes %j', (text) => {
    expect(isParsable(text)).toBe(true)
    expect(scanJson(bytesOf(text))).toBeDefined()
    expect(scanJson(unitsOf(text))).toBeDefined()
  })

  test.each(INVALID)('refuses %j', (text) => {
    expect(isParsable(text)).toBe(false)
    expect(scanJson(bytesOf(text))).toBeUndefined()
    expect(scanJson(unitsOf(text))).toBeUndefined()
  })

  test('accepts exactly the texts that JSON.parse accepts', () => {
    assertProperty(
      fc.property(nearJson, (text) => {
        expect(scanJson(bytesOf(text)) !== undefined).toBe(isParsable(text))
        expect(scanJson(unitsOf(text)) !== undefined).toBe(isParsable(text))
      }),
      { numRuns: 2000 },
    )
  })

  test('refuses every truncation of a text that is not a bare number', () => {
    assertProperty(
      fc.property(jsonText, (text) => {
        const bytes = bytesOf(`[${text}]`)
        const ends = Array.from(bytes, (_, end) => end)
        expect(ends.filter((end) => scanJson(bytes.subarray(0, end)) !== undefined)).toEqual([])
      }),
    )
  })

  test('finds every value where it stands, in bytes and in UTF-16 units', () => {
    assertProperty(
      fc.property(jsonText, (text) => {
        for (const units of [bytesOf(text), unitsOf(text)]) {
          const tape = scanJson(units, { maxDepth: 100, maxNodes: 10_000 })!
          expect(rebuild(tape, 0)).toEqual(JSON.parse(text))
        }
      }),
    )
  })

  test.each([
    '"',
    '\\',
    '\\n',
    '\\u00e9',
    '\n',
    '\u0000',
    '\u001f',
    ' ',
    '\u007f',
    'é',
    '漢',
    '😀',
    '\ud800'.toWellFormed(),
  ])('reads %j at every place of a string as JSON.parse does, wherever the bytes stand in memory', (piece) => {
    for (let length = 0; length < 13 * 9; length++) {
      const text = `["${'a'.repeat(length % 13)}${piece}${'b'.repeat(length / 13)}",1]`
      for (const bytes of placed(text)) {
        const tape = scanJson(bytes)
        expect(tape && rebuild(tape, 0)).toEqual(isParsable(text) ? JSON.parse(text) : undefined)
      }
    }
  })

  test('keeps a tape while others are scanned', () => {
    const texts = Array.from({ length: 2000 }, (_, nth) =>
      JSON.stringify({ [`name${nth}`]: [nth, 'x'.repeat(nth % 50)] }),
    )
    const tapes = texts.map((text) => scanJson(bytesOf(text))!)
    expect(tapes.map((tape) => JSON.stringify(rebuild(tape, 0)))).toEqual(texts)
  })

  test.each([1, 682, 683, 5461, 5462, 20_000])('records a list of %d values', (count) => {
    const text = JSON.stringify(Array.from({ length: count }, (_, nth) => nth))
    const tape = scanJson(bytesOf(text))!
    scanJson(bytesOf('[[[[[]]]],"another text"]'))
    expect(tape.length).toBe(count + 1)
    expect(rebuild(tape, 0)).toEqual(JSON.parse(text))
  })

  test('checks values past its depth and does not record them', () => {
    const limits = { maxDepth: 1, maxNodes: 100 }
    const tape = scanJson(bytesOf('[[1,2],3]'), limits)!
    expect([...childrenOf(tape, 0)].map((node) => sourceOf(tape, node))).toEqual(['[1,2]', '3'])
    expect([...childrenOf(tape, 1)]).toEqual([])
    expect(scanJson(bytesOf('[[1,],3]'), limits)).toBeUndefined()
  })

  test('refuses more values than its limit', () => {
    expect(scanJson(bytesOf('[1,2,3]'), { maxDepth: 8, maxNodes: 4 })).toBeDefined()
    expect(scanJson(bytesOf('[1,2,3,4]'), { maxDepth: 8, maxNodes: 4 })).toBeUndefined()
  })

  test('takes 100,000 levels, closed or not', () => {
    const levels = 100_000
    expect(scanJson(bytesOf('['.repeat(levels) + ']'.repeat(levels)))?.length).toBe(13)
    expect(scanJson(bytesOf(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`))).toBeDefined()
    expect(scanJson(bytesOf('['.repeat(levels)))).toBeUndefined()
    expect(scanJson(bytesOf(`${'['.repeat(levels)}${']'.repeat(levels - 1)}}`))).toBeUndefined()
  })

  test('refuses UTF-16 bytes and takes no byte of a multi-byte character for its own', () => {
    expect(scanJson(Buffer.from('{"a":1}', 'utf16le'))).toBeUndefined()
    expect(scanJson(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('{}', 'utf16le')]))).toBeUndefined()
    // The scanner does not check UTF-8 inside a string: readBody does.
    expect(scanJson(Buffer.from([0x22, 0xc3, 0x22]))).toBeDefined()
  })

  test.each([
    ['brackets', '['],
    ['unclosed records', '[{"a":1},'],
    ['spaces', ' '],
    ['digits', '1'],
    ['quotes', '"'],
    ['backslashes', '"\\'],
    ['numbers', '[1,2.5e3,'],
  ])('reads each byte a bounded number of times: %s', (_name, piece) => {
    const { units, reads } = counted(bytesOf(piece.repeat(Math.ceil(20_000 / piece.length))))
    scanJson(units)
    expect(reads()).toBeLessThan(12 * 20_000)
  })
})

/** The text at each place that memory may have for it, between quotes that are not its own. */
function placed(text: string): Uint8Array[] {
  const bytes = bytesOf(text)
  return [0, 1, 2, 3].map((offset) => {
    const memory = new Uint8Array(bytes.length + 8).fill(0x22)
    memory.set(bytes, offset)
    return memory.subarray(offset, offset + bytes.length)
  })
}

/** The value, read from the tape by its own functions. */
function rebuild(tape: NonNullable<ReturnType<typeof scanJson>>, node: number): unknown {
  const children = [...childrenOf(tape, node)]
  if (kindOf(tape, node) === 'array') return children.map((child) => rebuild(tape, child))
  if (kindOf(tape, node) !== 'object') return JSON.parse(sourceOf(tape, node))
  const entries: [string, unknown][] = []
  for (let i = 0; i < children.length; i += 2) {
    entries.push([rebuild(tape, children[i]!) as string, rebuild(tape, children[i + 1]!)])
  }
  return Object.fromEntries(entries)
}

import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createEventSplitter, type Passable, type SplitterOptions } from '../../../src/core/sse/index.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { dataOf } from '../../support/every-event.ts'

const MAX = 1 << 20

/** A splitter's results for these chunks: all bytes, and the data of every event. */
function split(chunks: readonly Uint8Array[], framing: SplitterOptions['framing'], maxHeldBytes = MAX) {
  const splitter = createEventSplitter({ framing, maxHeldBytes })
  const bytes: Uint8Array[] = []
  const data: string[] = []
  const take = (events: Passable | undefined) => {
    bytes.push(...(events?.bytes ?? []))
    data.push(...dataOf(events))
  }
  for (const chunk of chunks) take(splitter.push(chunk))
  const whole = Buffer.concat(bytes).toString('latin1')
  take(splitter.end())
  return { whole, bytes: Buffer.concat(bytes), data }
}

function chunksOf(text: string | Uint8Array, size: number): Uint8Array[] {
  const bytes = Buffer.from(text as string)
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size))
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString()
}

/** Cuts bytes at the given places, in any order, inside or outside of them. */
function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
  return places.slice(1).map((end, i) => bytes.subarray(places[i] as number, end))
}

describe('server-sent events', () => {
  test.each([
    ['LF', 'data: a\n\ndata: b\n\n', ['a', 'b']],
    ['CR LF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
    ['bare CR', 'data: a\r\rdata: b\r\r', ['a', 'b']],
    ['mixed terminators', 'data: a\r\n\ndata: b\n\rdata: c\r\r\n', ['a', 'b', 'c']],
    ['data without a space', 'data:a\n\ndata:  b\n\n', ['a', ' b']],
    ['comments and pings', ': ping\n\n:\n\ndata: a\n: inside\n\n', ['a']],
    ['several data lines', 'data: {\r\ndata:  "a": 1\r\ndata: }\r\n\r\n', ['{\n "a": 1\n}']],
    ['a byte order mark', '\uFEFFdata: a\n\n', ['a']],
    ['id, retry, event and unknown fields', 'id: 1\nretry: 10\nevent: x\nfoo: bar\ndata: a\n\n', ['a']],
    ['a field without a colon', 'data\n\ndata: a\n\n', ['', 'a']],
    ['several blank lines', '\n\ndata: a\n\n\n\ndata: b\n\n', ['a', 'b']],
    ['a last event without its blank line', 'data: a\n\ndata: b\n', ['a', 'b']],
    ['a last event without its line end', 'data: a\n\ndata: b', ['a', 'b']],
    ['characters of several bytes', 'data: 🙂\n\ndata: 日本\n\ndata: é\n\n', ['🙂', '日本', 'é']],
  ])('reads %s, whole and one byte at a time', (_, stream, data) => {
    for (const size of [1, 2, 3, 1000]) {
      const got = split(chunksOf(stream, size), 'sse')
      expect(got.data).toEqual(data)
      expect(got.bytes.toString()).toBe(stream)
    }
  })

  test('holds an event back until its blank line has come', () => {
    const splitter = createEventSplitter({ framing: 'sse', maxHeldBytes: MAX })
    expect(dataOf(splitter.push(Buffer.from('data: a\n\nda')))).toEqual(['a'])
    expect(splitter.push(Buffer.from('ta: b\n'))).toBeUndefined()
    expect(dataOf(splitter.push(Buffer.from('\ndata: c')))).toEqual(['b'])
    expect(splitter.end()?.bytes.map(textOf)).toEqual(['data: c'])
    expect(splitter.end()).toBeUndefined()
  })

  test.each([
    ['after an event', 'data: a\n\n: ping\n', 'data: a\n\n: ping\n', false],
    ['at the start', ': ping\r\n', ': ping\r\n', false],
    ['behind a byte order mark', '\uFEFF: ping\n', '\uFEFF: ping\n', false],
    ['that ends with CR', ': ping\r', ': ping\r', false],
    ['with no text', ':\n', ':\n', false],
    [
      'inside an event, with the lines before it',
      'event: e\ndata: a\n: ping\ndata: b\n',
      'event: e\ndata: a\n: ping\n',
      true,
    ],
    ['before a line of data', ': ping\ndata: a\n', ': ping\n', false],
  ])('passes a comment on at the end of its line: %s', (_, stream, passed, isTorn) => {
    for (const size of [1, 2, 1000]) {
      const splitter = createEventSplitter({ framing: 'sse', maxHeldBytes: MAX })
      const got = chunksOf(stream, size).flatMap((chunk) => splitter.push(chunk)?.bytes ?? [])
      expect(Buffer.concat(got).toString()).toBe(passed)
      expect(splitter.isTorn).toBe(isTorn)
    }
  })

  test('reads an event whose first lines went out with a comment', () => {
    const splitter = createEventSplitter({ framing: 'sse', maxHeldBytes: MAX })
    expect(dataOf(splitter.push(Buffer.from('data: a\n: ping\n')))).toEqual([])
    expect(dataOf(splitter.push(Buffer.from('data: b\n\n')))).toEqual(['a\nb'])
    expect(splitter.isTorn).toBe(false)
  })

  test.each(['\n', '\r\n', '\r'])('passes a blank line %j on by itself', (line) => {
    const splitter = createEventSplitter({ framing: 'sse', maxHeldBytes: MAX })
    expect(splitter.push(Buffer.from(line))?.bytes.map(textOf)).toEqual([line])
  })

  test('reads a line of JSON without a field name', () => {
    expect(split([Buffer.from('data: a\n\n{"error":{"code":529}}')], 'sse').data).toEqual([
      'a',
      '{"error":{"code":529}}',
    ])
    expect(split([Buffer.from('{"error":1}\n\ndata: a\r\n\r\n{"error":2}\r\n')], 'sse').data.sort()).toEqual(
      ['a', '{"error":1}', '{"error":2}'].sort(),
    )
  })

  test('takes a CR LF that two chunks share for one line end', () => {
    const splitter = createEventSplitter({ framing: 'sse', maxHeldBytes: MAX })
    expect(splitter.push(Buffer.from('data: a\r'))).toBeUndefined()
    expect(dataOf(splitter.push(Buffer.from('\ndata: b\r\n\r')))).toEqual(['a\nb'])
    const rest = splitter.push(Buffer.from('\ndata: c\n\n'))
    expect(dataOf(rest)).toEqual(['c'])
    expect(rest?.bytes.map(textOf).join('')).toBe('\ndata: c\n\n')
  })

  test('does not let an event wait for the LF that may follow its last CR', () => {
    const splitter = createEventSplitter({ framing: 'sse', maxHeldBytes: MAX })
    expect(dataOf(splitter.push(Buffer.from('data: a\r\r')))).toEqual(['a'])
  })

  test('copies nothing where a chunk holds whole events', () => {
    const chunk = Buffer.from('data: a\n\ndata: b\n\n')
    const events = createEventSplitter({ framing: 'sse', maxHeldBytes: MAX }).push(chunk)
    expect(events?.bytes).toHaveLength(1)
    expect(events?.bytes[0]?.buffer).toBe(chunk.buffer)
    expect(events?.bytes[0]?.byteOffset).toBe(chunk.byteOffset)
  })

  test('does not write into bytes that it has handed out', () => {
    const splitter = createEventSplitter({ framing: 'sse', maxHeldBytes: MAX })
    splitter.push(Buffer.from('data: first'))
    const first = splitter.push(Buffer.from('\n\ndata: sec'))
    splitter.push(Buffer.from('ond\n\n'))
    expect(first?.bytes.map(textOf)).toEqual(['data: first\n\n'])
  })

  test('gives the same events, and the same bytes, however they are cut', () => {
    const line = fc.oneof(
      fc.constantFrom('', 'data: x', 'data:', 'event: e', ': c', 'id: 7', 'data: ["日"]', '\uFEFF', 'nonsense'),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
    )
    const stream = fc
      .array(fc.tuple(line, fc.constantFrom('\n', '\r', '\r\n', '\n\n', '\r\n\r\n')), { maxLength: 20 })
      .map((lines) => Buffer.from(lines.flat().join('')))
    assertProperty(
      fc.property(stream, fc.array(fc.nat(200), { maxLength: 8 }), (bytes, cuts) => {
        const oracle: string[] = []
        const parser = createParser({ onEvent: ({ data }) => oracle.push(data) })
        // The text after the last blank line counts as an event too.
        parser.feed(`${bytes.toString()}\n\n`)
        const cut = split(cutAt(bytes, cuts), 'sse')
        // A line of JSON without a field name is read as well.
        expect(cut.data.filter((data) => !data.startsWith('{'))).toEqual(oracle.filter((data) => !data.startsWith('{')))
        expect(cut.bytes.equals(bytes)).toBe(true)
        const uncut = split([bytes], 'sse').whole
        // Only the LF after a final CR may be missing.
        expect([uncut, uncut.replace(/\n$/, '')]).toContain(cut.whole)
      }),
      { numRuns: 500 },
    )
  })

  test('passes any bytes on unchanged', () => {
    const bytes = fc
      .uint8Array({ maxLength: 300 })
      .map((random) => random.map((byte) => (byte % 5 ? byte : byte % 2 ? 10 : 13)))
    assertProperty(
      fc.property(bytes, fc.array(fc.nat(300), { maxLength: 8 }), (stream, cuts) => {
        for (const framing of ['sse', 'ndjson'] as const) {
          expect(split(cutAt(stream, cuts), framing).bytes.equals(stream)).toBe(true)
        }
      }),
    )
  })
})

describe('NDJSON', () => {
  test.each([
    ['lines', '{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}']],
    ['CR LF and empty lines', '{"a":1}\r\n\n\r\n{"b":2}\r\n', ['{"a":1}', '{"b":2}']],
    ['a last line without LF', '{"a":"日本"}\n{"b":2}', ['{"a":"日本"}', '{"b":2}']],
  ])('reads %s, whole and one byte at a time', (_, stream, data) => {
    for (const size of [1, 2, 1000]) {
      const got = split(chunksOf(stream, size), 'ndjson')
      expect(got.data.map((line) => line.trim())).toEqual(data)
      expect(got.bytes.toString()).toBe(stream)
    }
  })
})

describe('large events', () => {
  test.each(['sse', 'ndjson'] as const)('passes an %s event of 8 MB that comes in segments', (framing) => {
    const line = `data: "${'a'.repeat(8 << 20)}"${framing === 'sse' ? '\n\n' : '\n'}`
    const got = split(chunksOf(line, 16 << 10), framing, 16 << 20)
    expect(got.data).toHaveLength(1)
    expect(got.bytes.length).toBe(line.length)
  })

  test.each([1, 7, 32])('passes an event above the limit as it comes, unread, in chunks of %i', (size) => {
    const large = `data: ${'a'.repeat(100)}`
    const splitter = createEventSplitter({ framing: 'sse', maxHeldBytes: 64 })
    const passed: Uint8Array[] = []
    for (const chunk of chunksOf(`data: ok\n\n${large}`, size)) passed.push(...(splitter.push(chunk)?.bytes ?? []))
    expect(Buffer.concat(passed).toString()).toBe(`data: ok\n\n${large}`)
    expect(splitter.isTorn).toBe(true)
    const rest = chunksOf('a\n: c\nid: 1\n\ndata: next\n\n', size).map((chunk) => splitter.push(chunk))
    expect(splitter.isTorn).toBe(false)
    expect(rest.flatMap(dataOf)).toEqual(['next'])
  })

  test('reads the events before and after one above the limit, in the same chunk', () => {
    const events = ['data: a\n\n', `data: ${'x'.repeat(80)}`, '\n\ndata: b\n\n']
    const splitter = createEventSplitter({ framing: 'sse', maxHeldBytes: 64 })
    expect(dataOf(splitter.push(Buffer.from(events.slice(0, 2).join(''))))).toEqual(['a'])
    expect(dataOf(splitter.push(Buffer.from(events[2] as string)))).toEqual(['b'])
  })

  test.each([1, 7, 64, 1000])('lets an event of exactly the limit pass, in chunks of %i', (size) => {
    const event = `data: ${'a'.repeat(56)}\n\n`
    expect(split(chunksOf(event + event, size), 'sse', 64).data).toHaveLength(2)
  })

  test.each([1000, 64 * 1024])('reads no event of 20 MB, and the next one, in chunks of %i', (size) => {
    const stream = `data: ${'a'.repeat(20 << 20)}\n\ndata: b\n\n`
    const got = split(chunksOf(stream, size), 'sse', 32 << 20)
    expect(got.bytes.toString() === stream).toBe(true)
    expect(got.data).toEqual(['b'])
  })

  test('reads no event of 100,000 lines, and the next one', () => {
    const stream = `${'data: 1\n'.repeat(100_000)}\ndata: b\n\n`
    const got = split(chunksOf(stream, 64 * 1024), 'sse')
    expect(got.bytes.toString() === stream).toBe(true)
    expect(got.data).toEqual(['b'])
  })

  test.each(['\n', '\r\n', '\r'])('keeps no event that comments tear for ever, with lines that end in %j', (end) => {
    const line = `data: ${'a'.repeat(1000)}${end}: c${end}`
    const stream = `data: a${end}${end}${line.repeat(20_000)}${end}data: b${end}${end}`
    const got = split(chunksOf(stream, 64 * 1024), 'sse')
    expect(got.bytes.toString() === stream).toBe(true)
    expect(got.data).toEqual(['a', 'b'])
  })

  test('reads an event that a comment tears within the limit', () => {
    const stream = `data: a\n: c\n${'data: b\n'.repeat(1000)}\n`
    expect(split(chunksOf(stream, 64), 'sse').data).toEqual([`a\n${'b\n'.repeat(1000)}`.trimEnd()])
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { valuesOf } from '../../src/kube/watch-lines.ts'
import { assertAsyncProperty } from '../support/assert-property.ts'
import { collect } from '../support/collect.ts'

async function read(chunks: readonly Uint8Array[]): Promise<unknown[]> {
  const body = async function* () {
    yield* chunks
  }
  return collect(valuesOf(body(), { name: 'WATCH /x', onBytes: () => undefined }))
}

function cutAt(bytes: Buffer, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end))
}

describe('lines of a watch', () => {
  test('are the same wherever the network cuts them', async () => {
    const lines = fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 5 })
    const property = fc.asyncProperty(lines, fc.array(fc.nat(), { maxLength: 8 }), async (values, places) => {
      const text = values.map((value) => `${JSON.stringify(value)}\n`).join('')
      expect(await read(cutAt(Buffer.from(text), places))).toEqual(JSON.parse(JSON.stringify(values)))
    })
    await assertAsyncProperty(property)
  })

  test('may hold separators that only look like line ends, and characters of four bytes', async () => {
    const value = { text: '\u2028 \u0085 😀' }
    const bytes = Buffer.from(`${JSON.stringify(value)}\n\n`)
    expect(await read(cutAt(bytes, [10, 11, 12, 13, 20, 21, 22]))).toEqual([value])
  })

  test.for<[string, string]>([
    ['half a line at the end', '{"a":1}\n{"b"'],
    ['a whole line without its end', '{"a":1}\n{"b":2}'],
    ['a line that is no JSON', '{"a":1}\nupstream error\n'],
  ])('%s is an error, after what was whole', async ([, text]) => {
    const seen: unknown[] = []
    const body = async function* () {
      yield Buffer.from(text)
    }
    const all = (async () => {
      for await (const value of valuesOf(body(), { name: 'x', onBytes: () => undefined })) seen.push(value)
    })()
    await expect(all).rejects.toMatchObject({ reason: 'Malformed' })
    expect(seen).toEqual([{ a: 1 }])
  })

  test('a line without end is given up before memory is', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x')
    let sent = 0
    const body = async function* () {
      for (;;) {
        sent++
        yield chunk
      }
    }
    await expect(collect(valuesOf(body(), { name: 'x', onBytes: () => undefined }))).rejects.toMatchObject({
      reason: 'Malformed',
    })
    expect(sent).toBe(17)
  })
})

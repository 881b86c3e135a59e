import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GrowingBuffer } from '../../src/core/growing-buffer.ts'
import { assertProperty } from '../support/assert-property.ts'

describe('a growing buffer', () => {
  test('holds the pieces in order, whoever is asked to keep them, and begins again', () => {
    const pieces = fc.array(fc.tuple(fc.boolean(), fc.uint8Array({ maxLength: 200 })))
    const property = fc.property(pieces, pieces, fc.nat(500), (first, second, expected) => {
      const buffer = new GrowingBuffer(expected)
      for (const round of [first, second]) {
        for (const [isAdopted, piece] of round) buffer[isAdopted ? 'adopt' : 'append'](Buffer.from(piece))
        const whole = Buffer.concat(round.map(([, piece]) => piece))
        expect(buffer.size).toBe(whole.length)
        expect(buffer.take().equals(whole)).toBe(true)
      }
    })
    assertProperty(property)
  })

  test('copies what is appended, and keeps a first piece that is adopted', () => {
    const piece = Buffer.from('piece')
    const copy = new GrowingBuffer()
    copy.append(piece)
    const kept = new GrowingBuffer()
    kept.adopt(piece)
    expect(kept.take()).toBe(piece)
    piece.fill('x')
    expect(copy.take().toString()).toBe('piece')
  })

  test('never writes into a piece that it was given', () => {
    const page = Buffer.from('piece, and what follows it')
    const buffer = new GrowingBuffer()
    buffer.adopt(page.subarray(0, 5))
    buffer.append(Buffer.from('!'))
    expect(buffer.take().toString()).toBe('piece!')
    expect(page.toString()).toBe('piece, and what follows it')
  })

  test('takes no more room than it was told to expect', () => {
    const buffer = new GrowingBuffer(1000)
    for (let size = 0; size < 1000; size += 10) buffer.append(Buffer.alloc(10))
    expect(buffer.take().buffer.byteLength).toBe(1000)
  })

  test('makes room for all that is expected once an eighth of it has come', () => {
    const buffer = new GrowingBuffer(1 << 20)
    for (let size = 0; size < 1 << 17; size += 1 << 14) buffer.append(Buffer.alloc(1 << 14))
    expect(buffer.take().buffer.byteLength).toBe(1 << 20)
  })

  test('takes no room that was announced and did not come', () => {
    const buffer = new GrowingBuffer(1 << 30)
    buffer.append(Buffer.alloc(10))
    expect(buffer.take().buffer.byteLength).toBeLessThan(100)
  })
})

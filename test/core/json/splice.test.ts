import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endOf, type JsonTape, kindOf, scanJson, splice, startOf } from '../../../src/core/json/index.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { anyText } from '../../support/hostile-text.ts'
import { jsonText } from '../../support/json-text.ts'

function stringsOf(tape: JsonTape): number[] {
  return Array.from({ length: tape.length }, (_, node) => node).filter((node) => kindOf(tape, node) === 'string')
}

describe('splice', () => {
  test('gives back the very same body when there is nothing to splice', () => {
    const body = Buffer.from('{"a" : 1.0}')
    expect(splice(body, [])).toBe(body)
  })

  test('copies every byte when each span is replaced by itself', () => {
    assertProperty(
      fc.property(jsonText, (text) => {
        const body = Buffer.from(text)
        const tape = scanJson(body)!
        const splices = stringsOf(tape).map((node) => {
          const [start, end] = [startOf(tape, node), endOf(tape, node)]
          return { start, end, bytes: body.subarray(start, end) }
        })
        expect(Buffer.compare(splice(body, splices), body)).toBe(0)
      }),
    )
  })

  test('replaces one string and leaves every other byte', () => {
    assertProperty(
      fc.property(jsonText, fc.nat(), anyText(), (text, pick, replacement) => {
        const body = Buffer.from(text)
        const tape = scanJson(body)!
        const strings = stringsOf(tape)
        fc.pre(strings.length > 0)
        const node = strings[pick % strings.length]!
        const [start, end] = [startOf(tape, node), endOf(tape, node)]
        const bytes = Buffer.from(JSON.stringify(replacement))
        const out = Buffer.from(splice(body, [{ start, end, bytes }]))
        expect(out.equals(Buffer.concat([body.subarray(0, start), bytes, body.subarray(end)]))).toBe(true)
        expect(() => JSON.parse(out.toString())).not.toThrow()
      }),
    )
  })
})

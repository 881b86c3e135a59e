import { describe, expect, test } from 'vitest'
import { type CompressionSettings, compressRequest } from '../../src/core/compress/index.ts'
import { dialectByName, type ReadBody, readBody } from '../../src/core/dialect/index.ts'
import { createVocabularies, resolveCounter } from '../../src/core/tokenizer/index.ts'
import { countFailedDecodes, isPrefixOf } from '../../src/replay/check/check.ts'
import { readTokenTable } from '../../src/tables/index.ts'

const SETTINGS: CompressionSettings = {
  mode: 'Enforce',
  isHeldOut: false,
  profile: 'Safe',
  minTokens: 8,
  userText: 'Never',
  isExcludedTool: () => false,
}

const CONTENT = JSON.stringify(
  { flights: Array.from({ length: 9 }, (_, i) => ({ number: i, seats: 40 + i })) },
  null,
  2,
)

function read(body: string | Uint8Array): ReadBody {
  return readBody(Buffer.from(body), dialectByName('openai-chat'))!
}

function request(content: string): ReadBody {
  return read(JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'tool', tool_call_id: 'a', content }] }))
}

const original = request(CONTENT)
const counter = resolveCounter('gpt-4o', 'openai', createVocabularies(readTokenTable))
const { body: sent, report } = compressRequest(original, SETTINGS, counter)

describe('a compressed request', () => {
  test('is changed and restored', () => {
    expect(report.changes).toHaveLength(1)
    expect(countFailedDecodes(original, read(sent), report)).toBe(0)
  })

  test.each([
    ['a value that changed', (text: string) => text.replace('48', '49')],
    ['a byte outside of the blocks that changed', (text: string) => text.replace('gpt-4o', 'gpt-4x')],
    ['a block that lost its form', (text: string) => text.replace(/"content":".*?[^\\]"/, '"content":"gone"')],
  ])('with %s counts as failed', (_, tamper) => {
    const tampered = tamper(Buffer.from(sent).toString())
    expect(tampered).not.toBe(Buffer.from(sent).toString())
    expect(countFailedDecodes(original, read(tampered), report)).toBe(1)
  })

  test('must be equal letter by letter where no technique may change white space', () => {
    const folded = (techniques: string[]): number =>
      countFailedDecodes(request('wait  now\n'.repeat(5)), request('wait now\n[the line above 4 more times]\n'), {
        changes: [{ path: 'messages[0].content', techniques }],
      })
    expect(folded(['repeated-lines'])).toBe(1)
    // The text may contain JSON, where white space is ignored.
    expect(folded(['json-minify', 'repeated-lines'])).toBe(0)
  })

  test('counts no block that is reported as lossy, and every other one', () => {
    const blocks = (...contents: string[]): ReadBody =>
      read(JSON.stringify({ messages: contents.map((content) => ({ role: 'tool', tool_call_id: 'a', content })) }))
    const whole = blocks('ok 1 - adds\n'.repeat(9), 'still here')
    const lossy = { changes: [{ path: 'messages[0].content', techniques: ['failed-tests'] }] }
    const shortened = '[m2m: 9 lines of passed tests left out]\n'
    expect(countFailedDecodes(whole, blocks(shortened, 'still here'), lossy)).toBe(0)
    expect(countFailedDecodes(whole, blocks(shortened, 'not here'), lossy)).toBe(1)
    expect(countFailedDecodes(whole, blocks(shortened, 'still here'), { changes: [] })).toBe(1)
  })

  test('that cannot be read counts as failed', () => {
    expect(countFailedDecodes(original, undefined, report)).toBe(1)
  })
})

test.each([
  ['{"messages":[1]}', '{"messages":[1,2]}', true],
  ['{"messages":[1]}', '{"messages":[1]}', true],
  ['{"messages":[1]}', '{"messages":[3,2]}', false],
  ['{"model":"a","messages":[1]}', '{"model":"b","messages":[1,2]}', false],
  ['{"messages":[1,2,3]}', '{"messages":[1]}', false],
])('%s is extended by %s: %s', (earlier, later, expected) => {
  expect(isPrefixOf(Buffer.from(earlier), Buffer.from(later))).toBe(expected)
})

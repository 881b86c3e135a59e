/** A local shell's output is JSON as text: what stands inside is rewritten there, and the rest keeps its bytes. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compressRequest, decompressRequest } from '../../../src/core/compress/index.ts'
import { blockBytes, blockText, dialectByName, readBody } from '../../../src/core/dialect/index.ts'
import { splice } from '../../../src/core/json/index.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { exactCounter } from '../../support/counters.ts'
import { noisyLog } from '../../support/tool-results.ts'
import { enforce } from '../compress/requests.ts'

const responses = dialectByName('openai-responses')
const call = { type: 'local_shell_call', id: 'ls_1', call_id: 'a', action: { type: 'exec', command: ['ls'] } }

function read(output: unknown, members: object = {}) {
  const item = { type: 'local_shell_call_output', call_id: 'a', output, ...members }
  const body = { model: 'gpt-4o', input: [{ role: 'user', content: 'look' }, call, item] }
  return readBody(Buffer.from(JSON.stringify(body)), responses)!
}

function texts(output: unknown, members?: object): (readonly [path: string, text: string])[] {
  const { tape, facts } = read(output, members)
  return facts.blocks.map((block) => [block.path, blockText(tape, block)])
}

/** The item's output when each text is replaced. */
function replaced(output: string, by: string): unknown {
  const { body, facts } = read(output)
  const splices = facts.blocks.map((block) => ({ start: block.start, end: block.end, bytes: blockBytes(block, by) }))
  return JSON.parse(Buffer.from(splice(body, splices)).toString()).input[2].output
}

describe('6.1: the output of a local shell', () => {
  test('has a block for each text that the command wrote, in the order of the object', () => {
    const output = JSON.stringify({
      exit_code: 1,
      stderr: 'é "warned"\n',
      stdout: '🙂 rows\t',
      metadata: { output: 'x' },
    })
    expect(texts(output)).toEqual([
      ['input[2].output.stderr', 'é "warned"\n'],
      ['input[2].output.stdout', '🙂 rows\t'],
    ])
    expect(read(output).facts.blocks[0]).toMatchObject({ tool: 'local_shell', callId: 'a' })
    expect(texts(output, { call_id: undefined, id: 'a' })).toHaveLength(2)
  })

  test.each([
    'plain text',
    '',
    '["rows"]',
    '"rows"',
    '{"stdout": "spaced"}',
    '{"stdout":"twice","stdout":"rows"}',
    '{"n":1.0,"stdout":"rows"}',
    '{"stdout":"\\u0041"}',
    '{"stdout":"cut',
    '{"stdout":7}',
    `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  ])('stays where it would not be written again as it is: %s', (output) => {
    const { facts } = read(output)
    expect(facts.blocks).toEqual([])
    expect(facts.billed.length).toBe(3)
  })

  test('stays where the body writes it in another way, and where it is no string', () => {
    expect(texts({ stdout: 'rows' })).toEqual([])
    const source =
      '{"input":[{"type":"local_shell_call","call_id":"a"},{"type":"local_shell_call_output","call_id":"a","output":X}]}'
    const as = (literal: string) => readBody(Buffer.from(source.replace('X', () => literal)), responses)?.facts.blocks
    expect(as('"{\\"stdout\\":\\"rows\\"}"')).toHaveLength(1)
    expect(as('"{\\u0022stdout\\":\\"rows\\"}"')).toEqual([])
  })

  test('keeps everything but the texts', () => {
    const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 2 }))
    const object = fc.dictionary(fc.oneof(fc.constantFrom('stdout', 'stderr', 'output'), fc.string()), value)
    assertProperty(
      fc.property(object, fc.string({ unit: 'binary' }), (members, text) => {
        const output = JSON.stringify(members)
        const isText = ([name, each]: [string, unknown]): boolean =>
          ['stdout', 'stderr', 'output'].includes(name) && typeof each === 'string'
        const parsed = Object.entries(JSON.parse(output) as object)
        expect(texts(output).map(([, found]) => found)).toEqual(parsed.filter(isText).map(([, each]) => each))
        const expected = parsed.map((entry) => (isText(entry) ? [entry[0], text] : entry))
        expect(replaced(output, text)).toBe(JSON.stringify(Object.fromEntries(expected)))
      }),
    )
  })

  test('is compressed and restored', () => {
    const output = JSON.stringify({ stdout: noisyLog(1), stderr: noisyLog(2), exit_code: 0 })
    const original = read(output)
    const { body, report } = compressRequest(original, enforce, exactCounter)
    expect(report.changes.map(({ path }) => path)).toEqual(['input[2].output.stdout', 'input[2].output.stderr'])
    const sent = readBody(body, responses)!
    const outputOf = (text: Uint8Array) => JSON.parse(JSON.parse(Buffer.from(text).toString()).input[2].output)
    expect(outputOf(body)).toMatchObject({ exit_code: 0 })
    expect(outputOf(body).stdout.length).toBeLessThan(noisyLog(1).length)
    const restored = outputOf(decompressRequest(sent, report).body)
    expect(restored.stdout.split('\n').length).toBe(noisyLog(1).split('\n').length)
    expect(restored.stderr).toContain('did not answer on attempt 2')
  })
})

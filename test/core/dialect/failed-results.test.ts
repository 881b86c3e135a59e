import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { failedResults } from '../../../src/core/dialect/index.ts'
import { scanJson, sourceOf } from '../../../src/core/json/index.ts'
import { atOnce } from '../../../src/core/steps.ts'
import { assertProperty } from '../../support/assert-property.ts'

/** The source of what identifies each failed result of a body. */
function failed(body: unknown): string[] {
  const tape = scanJson(Buffer.from(JSON.stringify(body)))
  if (tape === undefined) throw new Error('the test body is no JSON')
  return atOnce(failedResults(tape)).map((node) => sourceOf(tape, node))
}

const chat = (content: unknown, members: object = {}): unknown => ({
  messages: [{ role: 'tool', tool_call_id: 'call-1', content, ...members }],
})
const anthropic = (part: object): unknown => ({
  messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call-1', ...part }] }],
})
const responses = (item: object): unknown => ({ input: [{ call_id: 'call-1', ...item }] })

describe('the failed results of a request', () => {
  test.each<[string, unknown]>([
    ['a result that is marked', anthropic({ is_error: true, content: 'no such file' })],
    ['a message that is marked', chat('no such file', { is_error: true })],
    ['an item that failed', responses({ type: 'apply_patch_call_output', status: 'failed' })],
    ['a call at the provider with its error', responses({ type: 'mcp_call', error: 'timed out' })],
    ['an output that says so', responses({ type: 'function_call_output', output: 'Error: no such file' })],
    [
      "the provider's own tool",
      anthropic({ type: 'web_search_tool_result', content: { type: 'web_search_tool_result_error' } }),
    ],
    ['a text that opens with an error', chat('Error: no such file')],
    ['a text that opens with the error of a language', chat('\n  IOException: closed')],
    ['a stack trace', chat('Traceback (most recent call last):\n  File "a.py", line 1')],
    ['text parts', chat([{ type: 'text', text: 'TypeError: x is not a function' }])],
    ['JSON with an error', chat('{"error": "no such file"}')],
    ['JSON with an error, spaced', chat('{\n  "error" : {"code": 404}}')],
    ["a tool protocol's mark in JSON", chat('{"isError":true,"content":[]}')],
  ])('are found by %s', (_name, body) => {
    expect(failed(body)).toEqual(['"call-1"'])
  })

  test.each<[string, unknown]>([
    ['a result marked as none', anthropic({ is_error: false, content: 'Error: quoted from a log' })],
    ['a result that went well', chat('3 files')],
    ['errors that are only mentioned', chat('Errors: 0\nWarnings: 2')],
    ['an error later in the text', chat('3 files\nError: no such file')],
    ['JSON without an error', chat('{"error": null, "rows": []}')],
    ['JSON with an empty error', chat('{"error": "", "rows": []}')],
    ["a user's words", { messages: [{ role: 'user', content: 'Error: what does it mean?' }] }],
    ["the model's words", { messages: [{ role: 'assistant', content: 'Error: I cannot.' }] }],
    ['a call at the provider that went well', responses({ type: 'mcp_call', error: null, output: 'fine' })],
    ['a body of another shape', { messages: 'Error: none', input: { role: 'tool' } }],
  ])('are none for %s', (_name, body) => {
    expect(failed(body)).toEqual([])
  })

  test('are looked for in anything', () => {
    const odd = fc.record(
      {
        role: fc.constantFrom('tool', 1, null),
        type: fc.constantFrom('tool_result', 'mcp_call'),
        content: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    assertProperty(
      fc.property(fc.oneof(fc.jsonValue(), fc.array(fc.oneof(odd, fc.jsonValue()))), (messages) => {
        expect(() => failed({ messages, input: messages })).not.toThrow()
      }),
    )
  })

  test('are told apart by themselves where they name no call', () => {
    const message = { role: 'tool', tool_call_id: '', content: 'Error: no such file' }
    expect(failed({ messages: [message] })).toEqual([JSON.stringify(message)])
  })
})

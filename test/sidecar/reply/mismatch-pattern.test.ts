import { expect, test } from 'vitest'
import { mismatchPattern } from '../../../sidecar/reply/mismatch-pattern.ts'

const raw = (...headers: string[]) => headers.map((text) => Buffer.from(text, 'latin1'))

test.each([
  ['block=messages.3.content.0;kind=prefix;pattern=tool_results_rewritten', 'tool_results_rewritten'],
  ['pattern=reserialized', 'reserialized'],
  ['block=messages.3.content.0; pattern=rolling_truncation ; kind=x', 'rolling_truncation'],
  ['pattern=the user said hello', 'other'],
  ['xpattern=reserialized', 'other'],
  ['', 'other'],
  [';'.repeat(10_000), 'other'],
])('PC-6: %s is %s', (value, pattern) => {
  expect(mismatchPattern(raw('Anthropic-Thinking-Prefix-Mismatch', value))).toBe(pattern)
})

test('there is none without the header', () => {
  expect(mismatchPattern(raw('content-type', 'application/json'))).toBeUndefined()
})

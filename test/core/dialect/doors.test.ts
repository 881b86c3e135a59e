import { expect, test } from 'vitest'
import { callPathOf, dialects } from '../../../src/core/dialect/index.ts'

test.each([
  ['/v1/messages', 'anthropic-messages', undefined],
  ['/v1/messages/count_tokens', 'anthropic-messages', 'count'],
  ['/v1/messages/batches', 'anthropic-messages', 'batch'],
  ['/v1/responses', 'openai-responses', undefined],
  ['/v1/responses/input_tokens', 'openai-responses', 'count'],
  ['/v1/responses/compact', 'openai-responses', 'compact'],
  ['/v1/chat/completions', 'openai-chat', undefined],
])('PC-20: %s takes a history of %s, to %s', (path, name, door) => {
  const call = callPathOf(path)?.call
  expect([call?.dialect.name, call?.door]).toEqual([name, door])
})

test.each([
  '/v1/messages/count_tokens/',
  '/v1/messages/batches/msgbatch_1/cancel',
  '/v1/responses/resp_1',
  '/v1/toString',
  'constructor',
])('%s takes none', (path) => {
  expect(callPathOf(path)).toBeUndefined()
})

test('no path belongs to two dialects', () => {
  const paths = dialects.flatMap(({ path, doors }) => [path, ...Object.keys(doors)])
  expect(new Set(paths).size).toBe(paths.length)
})

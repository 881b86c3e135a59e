import { describe, expect, test } from 'vitest'
import { prefixMismatchOf } from '../../../src/core/pins/refusal.ts'

const WORDS =
  'messages.3.content.1: Invalid `signature` in `thinking` block. The block is bound to a different conversation. ' +
  'Remove the block, or set `thinking.block_binding.prefix_mismatch_behavior` to "drop_block".'

const anthropic = JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message: WORDS } })

describe('PC-3: the refusal that another form heals', () => {
  test.each<[string, string]>([
    ['the provider', anthropic],
    [
      'a gateway in OpenAI’s shape',
      JSON.stringify({ error: { message: WORDS, type: null, param: null, code: '400' } }),
    ],
    [
      'a gateway that quotes the whole body',
      JSON.stringify({ error: { message: `litellm.BadRequestError: ${anthropic}` } }),
    ],
    ['a gateway that quotes it twice', JSON.stringify({ error: JSON.stringify({ error: anthropic }) })],
    ['a gateway that answers with text', `upstream said: ${WORDS}`],
    ['a platform that shouts', anthropic.toUpperCase().replace('MESSAGES.3.CONTENT.1', 'messages.3.content.1')],
  ])('is told from the words of %s', (_who, body) => {
    expect(prefixMismatchOf(400, body, undefined)).toEqual({ path: 'messages[3].content[1]' })
  })

  test('is told without the place of the block, too', () => {
    const body = JSON.stringify({ error: { message: 'The block is bound to a different conversation.' } })
    expect(prefixMismatchOf(400, body, undefined)).toEqual({ path: undefined })
  })

  test('is told from the header of a platform that changes the words; its place counts first', () => {
    const header = 'block=messages.5.content.0;kind=thinking;pattern=tool_results_rewritten'
    expect(prefixMismatchOf(400, '{"error":"no"}', header)).toEqual({ path: 'messages[5].content[0]' })
    expect(prefixMismatchOf(400, anthropic, header)).toEqual({ path: 'messages[5].content[0]' })
    expect(prefixMismatchOf(400, anthropic, 'kind=thinking')).toEqual({ path: 'messages[3].content[1]' })
  })

  test.each<[string, number, string]>([
    ['a damaged signature', 400, 'messages.1.content.0: Invalid `signature` in `thinking` block.'],
    [
      'a changed latest answer',
      400,
      'messages.3.content.0: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified.',
    ],
    ['an unknown field', 400, 'thinking.block_binding: Extra inputs are not permitted'],
    ['the same words with a 422', 422, WORDS],
    ['the same words with a 200', 200, WORDS],
    ['the same words with a 500', 500, WORDS],
    ['an empty body', 400, ''],
  ])('is not %s', (_what, status, message) => {
    expect(
      prefixMismatchOf(status, message === '' ? '' : JSON.stringify({ error: { message } }), undefined),
    ).toBeUndefined()
  })

  test('is not a header with another status', () => {
    expect(prefixMismatchOf(422, '', 'block=messages.1.content.0;kind=thinking')).toBeUndefined()
  })

  test('names no place that no request can have', () => {
    const body = `messages.99999999999999999999.content.0: ${WORDS.slice(WORDS.indexOf('Invalid'))}`
    expect(prefixMismatchOf(400, body, undefined)).toEqual({ path: undefined })
  })

  // Work that grows with the square of the body takes minutes here.
  test('comes to an end on a long body that resembles it everywhere', () => {
    const body = 'messages.1.content.bound to a different '.repeat(10_000)
    expect(prefixMismatchOf(400, body, undefined)).toBeUndefined()
  })
})

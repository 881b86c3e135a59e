import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compressInput, toGatewayJson } from '../../../src/core/engine/index.ts'
import { createVocabularies } from '../../../src/core/tokenizer/index.ts'
import { readTokenTable } from '../../../src/tables/index.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { likeObjects } from '../../support/like-objects.ts'
import { chatWith, enforce } from '../compress/requests.ts'

const WAITING = 'still waiting for the pod\n'.repeat(9)

const vocabularies = createVocabularies(readTokenTable)

function compress(input: Uint8Array) {
  return compressInput(input, { settings: enforce, dialect: 'openai-chat', model: 'gpt-4o', vocabularies })
}

test('counts that failed are absent from the answer to a gateway, and the messages are not', () => {
  const { body, report } = compress(chatWith([WAITING]).body)
  const answer = JSON.parse(toGatewayJson(body, { ...report, tokens: undefined }).toString())
  expect(Object.keys(answer)).toEqual(['request', 'report', 'messages', 'transforms_applied', 'ccr_hashes'])
  expect(answer.messages).toEqual(answer.request.messages)
})

/** Rows of a gateway: of any role or none, with any content or none, and values that are no rows. */
const rows = fc.array(
  fc.oneof(
    fc.record(
      {
        role: fc.constantFrom('tool', 'function', 'user', 'assistant', 'system'),
        tool_call_id: fc.constantFrom('a', 'b'),
        content: fc.oneof(
          fc.constantFrom(WAITING, ',"report":{"messages":[', null),
          likeObjects.map((value) => JSON.stringify(value, undefined, 2)),
          fc.array(fc.record({ type: fc.constantFrom('text', 'image_url'), text: fc.constant(WAITING) })),
        ),
      },
      { requiredKeys: [] },
    ),
    likeObjects,
  ),
)

test('a gateway gets as many messages as it sent, and all but the contents of results as they were', () => {
  let rewritten = 0
  assertProperty(
    fc.property(rows, (messages) => {
      const { body, report } = compress(Buffer.from(JSON.stringify({ messages, config: { mode: 'ccr' } })))
      const answer = JSON.parse(toGatewayJson(body, report).toString())
      expect(answer.messages).toEqual(answer.request.messages)
      expect(answer.messages.map(withoutResult)).toEqual(JSON.parse(JSON.stringify(messages)).map(withoutResult))
      rewritten += report.blocks.changed
    }),
  )
  expect(rewritten).toBeGreaterThan(0)
})

function withoutResult(row: { role?: string; content?: unknown } | null): unknown {
  return row?.role === 'tool' || row?.role === 'function' ? { ...row, content: typeof row.content } : row
}

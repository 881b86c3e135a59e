/** A request of the usual members takes a shorter way, on which no rare member is looked for. */

import { expect, test } from 'vitest'
import { type DialectName, dialectByName, type RequestFacts, readBody } from '../../../src/core/dialect/index.ts'

const MESSAGES = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hi' },
]

const PLAIN: readonly (readonly [DialectName, object])[] = [
  ['openai-chat', { model: 'gpt-4o', messages: MESSAGES, stream: true, max_tokens: 9, top_p: 1, tools: [] }],
  ['openai-chat', { messages: MESSAGES, max_completion_tokens: 9, tool_choice: 'auto', stream_options: {} }],
  ['anthropic-messages', { model: 'claude-sonnet-5', max_tokens: 9, system: 'Be brief.', messages: MESSAGES.slice(1) }],
  ['ollama-chat', { model: 'llama', messages: MESSAGES, temperature: 1 }],
]

const RARE = [
  { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } } },
  { text: { format: { type: 'json_schema', schema: { type: 'object' } } } },
  { output_config: { format: { type: 'json_schema', schema: {} } } },
  { output_format: { type: 'json_schema', schema: {} } },
  { format: { type: 'object' } },
  { conversation: 'c' },
  { prompt_cache_key: 'k' },
  { previous_response_id: 'r' },
  { thread: { type: 'continue', previous_message_id: 'm' } },
  { truncation: 'auto' },
  { context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] } },
  { transforms: ['middle-out'] },
]

function factsOf(dialect: DialectName, body: object): RequestFacts {
  return readBody(Buffer.from(JSON.stringify(body)), dialectByName(dialect))!.facts
}

test.each(PLAIN)('%s: the facts are those of the same request with a member that nobody knows', (dialect, body) => {
  expect(factsOf(dialect, body)).toEqual(factsOf(dialect, { ...body, unheard_of: 1 }))
})

test.each(RARE)('a rare member counts, alone among the usual ones: %o', (rare) => {
  for (const [dialect, body] of PLAIN) {
    const facts = factsOf(dialect, { ...body, ...rare })
    expect(facts).toEqual(factsOf(dialect, { ...body, ...rare, unheard_of: 1 }))
    expect(facts).not.toEqual(factsOf(dialect, body))
  }
})

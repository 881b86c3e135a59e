/** Sessions with every kind of part that providers accept: only the text of tool results changes, under any profile. */

import { describe, expect, test } from 'vitest'
import {
  type CompressionSettings,
  compressRequest,
  decompressRequest,
  type ProfileName,
} from '../../../../src/core/compress/index.ts'
import { type DialectName, dialectByName, readBody } from '../../../../src/core/dialect/index.ts'
import { exactCounter } from '../../../support/counters.ts'
import { onlyChanged } from '../../../support/only-changed.ts'
import { enforce } from '../requests.ts'

/** Prose: no technique shortens its lines until they repeat. */
const REPORT = [
  'The first order was shipped on Monday, and nobody has asked for it since.',
  'A second parcel waits in Hamburg until customs have read its papers.',
  'Nothing is known of the third; the carrier promises an answer by noon.',
  'Refunds were paid twice to one customer, who sent the money back.',
  'Two drivers called in sick, so the evening tour leaves an hour late.',
].join('\n')

const TOOLS = [{ name: 'report', description: REPORT, input_schema: { type: 'object', properties: {} } }]

const ANTHROPIC = {
  model: 'claude-sonnet-4-5',
  system: [{ type: 'text', text: REPORT, cache_control: { type: 'ephemeral' } }],
  tools: [...TOOLS, { type: 'web_search_20250305', name: 'web_search' }],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: REPORT },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: REPORT, signature: 'EuYBCkQYAiJA' },
        { type: 'redacted_thinking', data: 'EmwKAhgB' },
        { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: REPORT } },
        {
          type: 'web_search_tool_result',
          tool_use_id: 'srvtoolu_1',
          content: [
            { type: 'web_search_result', url: 'https://example.com', title: REPORT, encrypted_content: 'EqgfCioI' },
          ],
        },
        { type: 'tool_use', id: 'toolu_1', name: 'report', input: { of: REPORT } },
      ],
    },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: REPORT, cache_control: { type: 'ephemeral' } }],
    },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: REPORT },
        { type: 'tool_use', id: 'toolu_2', name: 'report', input: {} },
        { type: 'tool_use', id: 'toolu_3', name: 'report', input: {} },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: REPORT }, title: 'report' },
        { type: 'tool_result', tool_use_id: 'toolu_2', is_error: true, content: REPORT },
        {
          type: 'tool_result',
          tool_use_id: 'toolu_3',
          content: [
            { type: 'text', text: `${REPORT}\nThat is all.`, cache_control: { type: 'ephemeral' } },
            { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
          ],
        },
      ],
    },
  ],
}

const RESPONSES = {
  model: 'gpt-4o',
  instructions: REPORT,
  tools: [{ type: 'function', name: 'report', description: REPORT, parameters: {} }, { type: 'web_search' }],
  input: [
    {
      role: 'user',
      content: [
        { type: 'input_text', text: REPORT },
        { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=' },
      ],
    },
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: REPORT }], encrypted_content: 'gAAAAABo' },
    { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: REPORT } },
    { type: 'function_call', call_id: 'call_1', name: 'report', arguments: JSON.stringify({ of: REPORT }) },
    { type: 'function_call_output', call_id: 'call_1', output: REPORT },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: REPORT, annotations: [] }] },
    { type: 'mcp_call', id: 'mcp_1', name: 'report', server_label: 's', arguments: '{}', output: REPORT },
    { type: 'function_call', call_id: 'call_2', name: 'report', arguments: '{}' },
    {
      type: 'function_call_output',
      call_id: 'call_2',
      output: [
        { type: 'input_text', text: `${REPORT}\nThat is all.` },
        { type: 'input_file', file_id: 'file_1' },
      ],
    },
  ],
}

const OLLAMA = {
  model: 'llama3.2',
  options: { num_ctx: 8192 },
  messages: [
    { role: 'user', content: REPORT, images: ['iVBORw0KGgo='] },
    {
      role: 'assistant',
      content: REPORT,
      thinking: REPORT,
      tool_calls: [{ function: { name: 'report', arguments: { of: REPORT } } }],
    },
    { role: 'tool', tool_name: 'report', content: REPORT },
    { role: 'assistant', content: '' },
    { role: 'tool', tool_name: 'report', content: `${REPORT}\nThat is all.` },
  ],
}

const REFERENCE = (name: string): string =>
  `[5 lines as in ${name}: "The first order was shipped on M…" … "Two drivers called in sick, so t…"]\nThat is all.`

describe.each<ProfileName>(['Balanced', 'Aggressive'])('under %s', (profile) => {
  test.each<[DialectName, object, string]>([
    ['anthropic-messages', ANTHROPIC, 'toolu_1'],
    ['openai-responses', RESPONSES, 'call_1'],
    ['ollama-chat', OLLAMA, 'messages[2]'],
  ])('a session of %s keeps every byte except those of a repeated result', (name, request, source) => {
    // Spaced and ordered as by some clients, with numbers and members that must stay unchanged.
    const body = JSON.stringify({ ...request, seed: 1, extra: { a: null } }, null, 1).replace(
      '"seed": 1',
      '"seed" : 1.0e2',
    )
    const read = readBody(Buffer.from(body), dialectByName(name))!
    const settings: CompressionSettings = { ...enforce, profile, userText: 'Observations' }
    const sent = compressRequest(read, settings, exactCounter)
    const again = `${REPORT}\nThat is all.`
    expect(onlyChanged(body, Buffer.from(sent.body).toString(), [again])).toEqual([REFERENCE(source)])
    const undone = decompressRequest(readBody(sent.body, read.dialect)!, sent.report)
    expect(Buffer.from(undone.body).toString()).toBe(body)
  })

  test.each([
    ['mixed line ends', 'one\r\ntwo\rthree\n\rfour\u2028five\u0085six\n'.repeat(3)],
    ['an ANSI bomb', '\u001b[1;1H\u001b[2J\u001b]0;title\u0007'.repeat(200)],
    ['right-to-left and zero-width text', '\u202eשלום\u200b עולם\u2066\u200d\ufeff\n'.repeat(20)],
    ['base64', `${'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ'.repeat(40)}==`],
    ['binary', String.fromCodePoint(...Array.from({ length: 256 }, (_, i) => i)).repeat(4)],
    ['an empty block', ''],
    ['line ends alone', '\n'.repeat(500)],
    ['our own reference', REFERENCE('call_0')],
    ['a reference to itself', REFERENCE('call_1')],
    ['truncated JSON', '[{"a": 1, "b": [1, 2'.repeat(30)],
    ['duplicate keys, NaN and huge numbers', '[{"a": 1, "a": 1.0, "b": NaN}, {"a": 1e999, "a": 12345678901234567890}]'],
  ])('%s, three times over, comes back', (_name, text) => {
    const messages = [0, 1, 2].map((i) => ({ role: 'tool', tool_call_id: `call_${i}`, content: text }))
    const body = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: '?' }, ...messages] })
    const read = readBody(Buffer.from(body), dialectByName('openai-chat'))!
    const sent = compressRequest(read, { ...enforce, profile: 'Balanced' }, exactCounter)
    expect(sent.report.blocks.failopen).toBe(0)
    const undone = decompressRequest(readBody(sent.body, read.dialect)!, sent.report)
    const texts = (JSON.parse(Buffer.from(undone.body).toString()) as { messages: { content: string }[] }).messages
    const shown = (content: string): string => content.replaceAll(/\s/g, '')
    for (const { content } of texts.slice(1)) expect(shown(content)).toBe(shown(text))
  })
})

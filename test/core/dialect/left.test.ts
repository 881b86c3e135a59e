/** Content that stays as it is: counted as input where it has text, noted where it is media (PC-25). */

import { describe, expect, test } from 'vitest'
import { type DialectName, dialectByName, readBody } from '../../../src/core/dialect/index.ts'
import { sourceOf, textOf } from '../../../src/core/json/index.ts'

const ASK = { role: 'user', content: 'look' }

function found(name: DialectName, body: object) {
  const { tape, facts } = readBody(Buffer.from(JSON.stringify(body)), dialectByName(name))!
  const text = ({ node }: { node: number }): string => textOf(tape, node) ?? sourceOf(tape, node)
  return {
    blocks: facts.blocks.map(text),
    paths: facts.blocks.map(({ path }) => path),
    tools: facts.blocks.map(({ tool }) => tool),
    billed: facts.billed.map(text),
    hasMedia: facts.hasMedia,
  }
}

const anthropic = (content: object[], role = 'user') =>
  found('anthropic-messages', { messages: [ASK, { role: 'assistant', content: 'so' }, { role, content }] })
const responses = (...items: object[]) => found('openai-responses', { input: [ASK, ...items] })

/** Members of tests that are billed begin with IN, those that are not with OUT. */
const billedIn = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"(IN [^"]*)"/g)].map(([, text]) => text ?? '')

describe('PC-25: Anthropic counts, and never rewrites,', () => {
  const documentText = { type: 'text', media_type: 'text/plain', data: 'IN data' }
  const cited = { cited_text: 'OUT', document_title: 'OUT', title: 'OUT', url: 'OUT' }
  const parts: readonly object[] = [
    { type: 'search_result', source: 'IN source', title: 'IN title', content: [{ type: 'text', text: 'IN text' }] },
    { type: 'document', title: 'IN title', context: 'IN context', source: documentText, citations: { enabled: true } },
    { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'IN text', citations: [cited] }] } },
    { type: 'document', source: { type: 'content', content: 'IN content' } },
    {
      type: 'web_search_tool_result',
      tool_use_id: 'OUT',
      content: [{ type: 'web_search_result', url: 'IN url', title: 'IN title', encrypted_content: 'OUT' }],
    },
    {
      type: 'web_fetch_tool_result',
      content: {
        type: 'web_fetch_result',
        url: 'IN url',
        retrieved_at: 'OUT',
        content: { type: 'document', source: documentText },
      },
    },
    { type: 'code_execution_tool_result', content: { stdout: 'IN stdout', stderr: 'IN stderr', return_code: 0 } },
    { type: 'bash_code_execution_tool_result', content: { stdout: 'IN stdout', stderr: 'IN stderr', content: [] } },
    { type: 'text_editor_code_execution_tool_result', content: { content: 'IN content', file_type: 'text' } },
    { type: 'text_editor_code_execution_tool_result', content: { lines: ['IN one', 'IN two'] } },
    { type: 'code_execution_tool_result', content: { encrypted_stdout: 'OUT', stderr: 'IN stderr' } },
    { type: 'advisor_tool_result', content: { type: 'advisor_result', text: 'IN text' } },
    { type: 'advisor_tool_result', content: { type: 'advisor_redacted_result', encrypted_content: 'OUT' } },
    { type: 'tool_search_tool_result', content: { tool_references: [{ type: 'tool_reference', tool_name: 'IN n' }] } },
    { type: 'mcp_tool_result', content: 'IN content' },
    { type: 'compaction', content: 'IN content', encrypted_content: 'OUT', signature: 'OUT' },
    { type: 'a_result_of_tomorrow', content: [{ type: 'new', text: 'IN text', signature: 'OUT' }], id: 'OUT' },
    { type: 'thinking', thinking: 'OUT', signature: 'OUT' },
    { type: 'redacted_thinking', data: 'OUT' },
  ]

  test.each(parts)('%j', (part) => {
    for (const role of ['assistant', 'user']) {
      const { billed, blocks } = anthropic([part], role)
      expect(blocks).toEqual([])
      expect(billed).toEqual(['look', 'so', ...billedIn(part)])
    }
  })

  test.each([
    parts[0]!,
    parts[1]!,
    { type: 'tool_reference', tool_name: 'IN name' },
    { type: 'browser_state', tabs: [{ tab_id: 'OUT', url: 'IN url', title: 'IN title', active: true }] },
  ])('%j inside a result, whose text parts are blocks as before', (part) => {
    const content = [{ type: 'text', text: 'one' }, part, { type: 'text', text: 'two' }]
    const { blocks, paths, billed } = anthropic([{ type: 'tool_result', tool_use_id: 'a', content }])
    expect(blocks).toEqual(['one', 'two'])
    expect(paths).toEqual(['messages[2].content[0].content[0].text', 'messages[2].content[0].content[2].text'])
    expect(billed).toEqual(['look', 'so', 'one', ...billedIn(part), 'two'])
  })

  test('definitions that a message brings', () => {
    const tool = { name: 'show', input_schema: { type: 'object' } }
    const listed = [{ type: 'mcp_tool_listing', mcp_server_name: 'm', tools: [tool] }]
    expect(anthropic(listed).billed.at(-1)).toBe(JSON.stringify([tool]))
    expect(anthropic([{ type: 'tool_addition', tool }]).billed.at(-1)).toBe(JSON.stringify(tool))
  })
})

describe('PC-25: Responses counts, and never rewrites,', () => {
  test.each([
    [{ type: 'mcp_call', id: 'm', server_label: 'OUT', output: 'IN output', error: null }],
    [{ type: 'file_search_call', id: 'f', queries: ['IN query'], results: [{ filename: 'IN file', text: 'IN text' }] }],
    [
      {
        type: 'code_interpreter_call',
        code: 'IN code',
        container_id: 'OUT',
        outputs: [{ type: 'logs', logs: 'IN log' }],
      },
    ],
    [{ type: 'program_output', call_id: 'OUT', result: 'IN result', status: 'completed' }],
    [{ type: 'apply_patch_call_output', call_id: 'OUT', status: 'completed', output: 'IN output' }],
    [{ type: 'shell_call_output', call_id: 'OUT', output: [{ stdout: 'IN stdout', stderr: 'IN stderr' }] }],
    [{ type: 'an_item_of_tomorrow', encrypted_content: 'OUT', output: [{ text: 'IN text' }] }],
    [{ type: 'reasoning', summary: [{ type: 'summary_text', text: 'OUT' }], encrypted_content: 'OUT' }],
    [{ type: 'compaction', encrypted_content: 'OUT' }],
    [{ type: 'image_generation_call', result: 'OUT' }],
  ])('%j', (item) => {
    const { billed, blocks } = responses(item)
    expect(blocks).toEqual([])
    expect(billed).toEqual(['look', ...billedIn(item)])
  })

  test('what the model wrote into a call', () => {
    const action = { type: 'search', query: 'pods' }
    expect(responses({ type: 'web_search_call', action }).billed).toEqual(['look', JSON.stringify(action)])
  })

  test('definitions that an item brings', () => {
    const tools = [{ type: 'function', name: 'show' }]
    for (const type of ['additional_tools', 'mcp_list_tools', 'tool_search_output']) {
      expect(responses({ type, tools }).billed).toEqual(['look', JSON.stringify(tools)])
    }
  })
})

describe('6.1: the output of a shell', () => {
  const chunk = { stdout: 'rows', stderr: 'warnings', outcome: { type: 'exit', exit_code: 1 } }
  const output = { type: 'shell_call_output', call_id: 'a', max_output_length: 4096, output: [chunk, chunk] }
  const call = { type: 'shell_call', call_id: 'a', action: { commands: ['ls'] }, status: 'completed' }

  test.each([{}, { environment: null }, { environment: { type: 'local' } }])(
    'has a block for each stream of each command, with %j',
    (members) => {
      const { blocks, paths, tools } = responses({ ...call, ...members }, output)
      expect(blocks).toEqual(['rows', 'warnings', 'rows', 'warnings'])
      expect(paths[1]).toBe('input[2].output[0].stderr')
      expect(tools[0]).toBe('shell')
    },
  )

  test("stays, and is counted, where the commands ran in the provider's container", () => {
    const hosted = { ...call, environment: { type: 'container_reference', container_id: 'c' } }
    const { blocks, billed } = responses(hosted, output)
    expect(blocks).toEqual([])
    expect(billed.slice(-4)).toEqual(['rows', 'warnings', 'rows', 'warnings'])
  })

  test('has streams that are strings only', () => {
    const odd = { ...output, output: [{ stdout: { text: 'x' } }, 'text', null] }
    expect(responses(call, odd).blocks).toEqual([])
  })
})

describe('reasoning of the history is not counted: how much of it is billed is not known', () => {
  test.each<[DialectName, object]>([
    ['openai-chat', { role: 'assistant', content: 'so', reasoning_content: 'OUT' }],
    ['openai-chat', { role: 'assistant', content: 'so', reasoning: 'OUT', reasoning_details: [{ text: 'OUT' }] }],
    [
      'openai-chat',
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'so' },
          { type: 'thinking', thinking: [{ type: 'text', text: 'OUT' }] },
        ],
      },
    ],
    ['ollama-chat', { role: 'assistant', content: 'so', thinking: 'OUT' }],
    [
      'anthropic-messages',
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'OUT' },
          { type: 'text', text: 'so' },
        ],
      },
    ],
  ])('in %s: %j', (name, message) => {
    expect(found(name, { messages: [ASK, message] }).billed).toEqual(['look', 'so'])
  })
})

describe('media', () => {
  const base64 = { type: 'base64', media_type: 'image/png', data: 'OUT' }
  const image = { type: 'image', source: base64 }
  test.each<[DialectName, object]>([
    ['anthropic-messages', image],
    ['anthropic-messages', { type: 'image', source: { type: 'url', url: 'https://h/a.png' } }],
    ['anthropic-messages', { type: 'document', source: { ...base64, media_type: 'application/pdf' } }],
    ['anthropic-messages', { type: 'document', source: { type: 'file', file_id: 'f' } }],
    ['anthropic-messages', { type: 'document', source: { type: 'url', url: 'https://h/a.pdf' } }],
    ['anthropic-messages', { type: 'document', source: { type: 'content', content: [image] } }],
    ['anthropic-messages', { type: 'container_upload', file_id: 'f' }],
    ['anthropic-messages', { type: 'tool_result', tool_use_id: 'a', content: [image] }],
    ['openai-chat', { type: 'image_url', image_url: { url: 'data:image/png;base64,OUT' } }],
    ['openai-chat', { type: 'input_audio', input_audio: { data: 'OUT', format: 'wav' } }],
    ['openai-chat', { type: 'file', file: { file_id: 'f' } }],
    ['openai-chat', { type: 'video_url', video_url: { url: 'https://h/a.mp4' } }],
    ['openai-responses', { type: 'input_image', file_id: 'f' }],
    ['openai-responses', { type: 'input_file', file_data: 'OUT', filename: 'OUT' }],
  ])('is noted in %s: %j', (name, part) => {
    const message = { role: 'user', content: [part] }
    const body = { messages: [ASK, message], input: [ASK, message] }
    expect(found(name, body)).toMatchObject({ hasMedia: true, billed: ['look'] })
    expect(found(name, { messages: [ASK], input: [ASK] }).hasMedia).toBe(false)
  })

  test('is noted in the outputs of tools', () => {
    const screenshot = { type: 'computer_screenshot', image_url: 'OUT' }
    expect(responses({ type: 'computer_call_output', call_id: 'a', output: screenshot }).hasMedia).toBe(true)
    const output = [{ type: 'input_image', image_url: 'OUT' }]
    expect(responses({ type: 'function_call_output', call_id: 'a', output }).hasMedia).toBe(true)
    const messages = [ASK, { role: 'tool', tool_call_id: 'a', content: [{ type: 'image_url', image_url: {} }] }]
    expect(found('openai-chat', { messages }).hasMedia).toBe(true)
  })

  test('is noted beside the content of a message', () => {
    expect(found('ollama-chat', { messages: [{ ...ASK, images: ['OUT'] }] }).hasMedia).toBe(true)
    expect(found('ollama-chat', { messages: [{ ...ASK, images: [] }] }).hasMedia).toBe(false)
    expect(found('ollama-generate', { prompt: 'x', images: ['OUT'] }).hasMedia).toBe(true)
    expect(found('openai-chat', { messages: [{ role: 'assistant', audio: { id: 'a' } }] }).hasMedia).toBe(true)
  })

  test('is no text of a document, no search for images, and no screenshot that the model asks for', () => {
    const documentText = { type: 'text', media_type: 'text/plain', data: 'x' }
    expect(anthropic([{ type: 'document', source: documentText }]).hasMedia).toBe(false)
    expect(responses({ type: 'web_search_call', action: { type: 'open_page', url: 'u' } }).hasMedia).toBe(false)
    expect(responses({ type: 'computer_call', actions: [{ type: 'screenshot' }] }).hasMedia).toBe(false)
  })
})

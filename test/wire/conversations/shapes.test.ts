/** Shapes of results: which texts may change, and which blocks pass byte for byte (PC section 6.1, PC-25). */

import Anthropic from '@anthropic-ai/sdk'
import { describe, expect } from 'vitest'
import { onlyChanged } from '../../support/only-changed.ts'
import { noisyLog, spacedOrders } from '../../support/tool-results.ts'
import { test as wireTest } from '../../support/wire.ts'

const SPEC = { compression: { profile: 'Balanced' }, cache: { mode: 'Disabled' } }
const ORDERS = spacedOrders(1)
const LOG = noisyLog(2)

const test = wireTest.extend(
  'sent',
  ({ startEdge, upstream } /** @returns the body as it arrived */) =>
    async (path: string, body: object): Promise<string> => {
      const edge = await startEdge(upstream.url, { spec: SPEC })
      await (await edge.post(path, JSON.stringify(body))).text()
      return upstream.seen.at(-1)!.body.toString()
    },
)

describe('Responses', () => {
  const call = { type: 'function_call', call_id: 'c', name: 'find', arguments: '{}' }
  const bodyOf = (...items: object[]): object => ({
    model: 'gpt-6.2-astra',
    input: [{ role: 'user', content: 'a' }, ...items],
  })
  const shellCall = { type: 'shell_call', call_id: 'c', action: { commands: ['ls'], max_output_length: 9_000 } }
  const shell = (...output: object[]): object => ({
    type: 'shell_call_output',
    call_id: 'c',
    max_output_length: 9_000,
    output,
  })
  const exit = { type: 'exit', exit_code: 0 }

  test.for<[name: string, items: object[], texts: string[]]>([
    ['a string', [call, { type: 'function_call_output', call_id: 'c', output: ORDERS }], [ORDERS]],
    [
      'the texts of a list',
      [
        call,
        {
          type: 'function_call_output',
          call_id: 'c',
          name: 'find',
          output: [
            { type: 'input_text', text: ORDERS },
            { type: 'input_file', filename: 'a.json', file_data: ORDERS },
            { type: 'input_text', text: LOG },
          ],
        },
      ],
      [ORDERS, LOG],
    ],
    [
      'a custom tool',
      [
        { type: 'custom_tool_call', call_id: 'c', name: 'find', input: '' },
        { type: 'custom_tool_call_output', call_id: 'c', output: ORDERS },
      ],
      [ORDERS],
    ],
    [
      'stdout and stderr of a shell',
      [shellCall, shell({ stdout: LOG, stderr: noisyLog(3), outcome: exit })],
      [LOG, noisyLog(3)],
    ],
  ])('PC-25: %s: rewritten, and nothing else', async ([, items, texts], { sent }) => {
    const body = bodyOf(...items)
    const found = onlyChanged(JSON.stringify(body), await sent('/v1/responses', body), texts)
    for (const [i, text] of found.entries()) expect(text.length).toBeLessThan(texts[i]!.length)
  })

  test('a local shell’s JSON string is rewritten inside, and stays a JSON string', async ({ sent }) => {
    const output = JSON.stringify({ output: LOG, metadata: { exit_code: 0 } })
    const body = bodyOf(
      { type: 'local_shell_call', call_id: 'c', action: { type: 'exec', command: ['ls'], env: {} } },
      { type: 'local_shell_call_output', id: 'c', output },
    )
    const [inner = ''] = onlyChanged(JSON.stringify(body), await sent('/v1/responses', body), [output])
    const [text = ''] = onlyChanged(output, inner, [LOG])
    expect(text.length).toBeLessThan(LOG.length)
  })

  test.for<[name: string, item: object]>([
    [
      'local_shell_call_output that would not come back',
      { type: 'local_shell_call_output', id: 'c', output: `{ "output": ${JSON.stringify(LOG)}}` },
    ],
    ['apply_patch_call_output', { type: 'apply_patch_call_output', call_id: 'c', status: 'failed', output: ORDERS }],
    ['mcp_call', { type: 'mcp_call', id: 'm', name: 'find', server_label: 's', arguments: '{}', output: ORDERS }],
    [
      'code_interpreter_call',
      { type: 'code_interpreter_call', id: 'i', code: 'a', outputs: [{ type: 'logs', logs: ORDERS }] },
    ],
    ['file_search_call', { type: 'file_search_call', id: 'f', queries: [], results: [{ text: ORDERS }] }],
    [
      'web_search_call',
      { type: 'web_search_call', id: 'w', status: 'completed', action: { type: 'search', query: ORDERS } },
    ],
    [
      'tool_search_output',
      { type: 'tool_search_output', call_id: 't', tools: [{ type: 'function', name: 'f', description: ORDERS }] },
    ],
    ['compaction', { type: 'compaction', id: 'c', encrypted_content: ORDERS }],
  ])('PC-25: %s passes byte for byte', async ([, item], { sent }) => {
    const body = bodyOf(item, { type: 'tool_of_tomorrow_output', output: ORDERS })
    expect(await sent('/v1/responses', body)).toBe(JSON.stringify(body))
  })
})

describe('Messages', () => {
  const bodyOf = (answer: object[], role = 'user'): object => ({
    model: 'claude-fable-5-2',
    max_tokens: 10,
    messages: [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'find', input: {} }] },
      ...(role === 'user' ? [] : [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 't' }] }]),
      { role, content: answer },
    ],
  })
  const result = (...content: object[]): object => ({ type: 'tool_result', tool_use_id: 't', content })
  const cited = {
    type: 'search_result',
    source: 's',
    title: 't',
    content: [{ type: 'text', text: ORDERS }],
    citations: { enabled: true },
  }

  test('the texts of a result are rewritten, and nothing beside them', async ({ sent }) => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aaaa' } }
    const body = bodyOf([
      result({ type: 'text', text: ORDERS }, image, cited, { type: 'tool_reference', tool_name: 'f' }),
    ])
    // The first of the equal texts is the one that may change.
    const [text = ''] = onlyChanged(JSON.stringify(body), await sent('/v1/messages', body), [ORDERS])
    expect(text.length).toBeLessThan(ORDERS.length)
  })

  test.for<[name: string, block: object, role?: string]>([
    ['search_result', cited],
    [
      'document',
      {
        type: 'document',
        source: { type: 'text', media_type: 'text/plain', data: ORDERS },
        citations: { enabled: true },
      },
    ],
    ['a search result in a result', result(cited)],
    [
      'a document in a result',
      result({ type: 'document', source: { type: 'text', media_type: 'text/plain', data: ORDERS } }),
    ],
    ['browser_state in a result', result({ type: 'browser_state', text: ORDERS })],
    [
      'web_search_tool_result',
      {
        type: 'web_search_tool_result',
        tool_use_id: 's',
        content: [{ type: 'web_search_result', encrypted_content: ORDERS }],
      },
      'assistant',
    ],
    [
      'web_fetch_tool_result',
      {
        type: 'web_fetch_tool_result',
        tool_use_id: 's',
        content: { type: 'web_fetch_result', content: { data: ORDERS } },
      },
      'assistant',
    ],
    [
      'code_execution_tool_result',
      { type: 'code_execution_tool_result', tool_use_id: 's', content: { stdout: ORDERS } },
      'assistant',
    ],
    [
      'bash_code_execution_tool_result',
      { type: 'bash_code_execution_tool_result', tool_use_id: 's', content: { stdout: ORDERS } },
      'assistant',
    ],
    [
      'mcp_tool_result',
      { type: 'mcp_tool_result', tool_use_id: 's', content: [{ type: 'text', text: ORDERS }] },
      'assistant',
    ],
    ['advisor_tool_result', { type: 'advisor_tool_result', tool_use_id: 's', content: { text: ORDERS } }, 'assistant'],
    [
      'tool_search_tool_result',
      { type: 'tool_search_tool_result', tool_use_id: 's', content: { text: ORDERS } },
      'assistant',
    ],
    ['compaction', { type: 'compaction', content: ORDERS, signature: 'x' }, 'assistant'],
    ['tool_addition', { type: 'tool_addition', tools: [{ name: 'f', description: ORDERS }] }, 'system'],
  ])('PC-25: %s passes byte for byte', async ([, block, role], { sent }) => {
    const body = bodyOf([block], role)
    expect(await sent('/v1/messages', body)).toBe(JSON.stringify(body))
  })

  test('PC-25: a citation quotes the text that the caller sent', async ({ startEdge, upstream }) => {
    upstream.replyWith((res, { body }) => {
      const { messages } = JSON.parse(body.toString())
      const [{ text }] = messages[2].content[0].content[0].content
      const citation = {
        type: 'search_result_location',
        cited_text: text,
        source: 's',
        title: 't',
        search_result_index: 0,
        start_block_index: 0,
        end_block_index: 1,
      }
      const content = [{ type: 'text', text: 'See there.', citations: [citation] }]
      const usage = { input_tokens: 1, output_tokens: 1 }
      res.writeHead(200, { 'content-type': 'application/json' })
      res.end(JSON.stringify({ id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content, usage }))
    })
    const edge = await startEdge(upstream.url, { spec: SPEC })
    const client = new Anthropic({ baseURL: edge.url, apiKey: 'sk-ant-test', authToken: null, maxRetries: 0 })
    const reply = await client.messages.create(bodyOf([result(cited)]) as Anthropic.MessageCreateParamsNonStreaming)
    expect(reply.content).toMatchObject([{ citations: [{ cited_text: ORDERS }] }])
  })
})

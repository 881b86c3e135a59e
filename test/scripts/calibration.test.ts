import { describe, expect, test } from 'vitest'
import { exclusionOf } from '../../scripts/calibration/exclusions.ts'
import { calibrate } from '../../scripts/calibration/fit.ts'
import { type Sample, samplesOf } from '../../scripts/calibration/samples.ts'
import { createVocabularies } from '../../src/core/tokenizer/index.ts'
import { readTokenTable } from '../../src/tables/index.ts'

const vocabularies = createVocabularies(readTokenTable)

/** Calls billed at 1.2 x content + 0.8 x tools + 300 for any tools, framed with 3 tokens and 4 a message. */
const SAMPLES: readonly Sample[] = Array.from({ length: 40 }, (_, index) => {
  const content = 20 + ((index * 37) % 900)
  const tools = index % 2 === 0 ? 0 : 60 + ((index * 53) % 400)
  const messages = 1 + (index % 5)
  const billed = 1.2 * content + (tools === 0 ? 0 : 0.8 * tools + 300) + 3 + 4 * messages
  return {
    family: 'f',
    group: (index * 0x9e3779b1).toString(16).padStart(8, '0').slice(-8),
    content,
    tools,
    messages,
    billed,
  }
})

const FACTORS = { content: 1.2, tools: 0.8, overhead: 300 }

describe('a calibration', () => {
  test('finds what calls are billed at, and leaves the framing of messages out of it', () => {
    const { fit, rows, rowsWithTools } = calibrate(SAMPLES, { factors: FACTORS, isExact: false })
    expect(fit.content).toBeCloseTo(1.2, 3)
    expect(fit.tools).toBeCloseTo(0.8, 2)
    expect(fit.overhead).toBeCloseTo(300, 0)
    expect([rows, rowsWithTools]).toEqual([40, 20])
    expect(fit.error).toBeLessThan(0.001)
  })

  test('is not distorted by a few calls that were billed for something unseen', () => {
    const odd = SAMPLES.map((sample, index) => (index % 10 === 3 ? { ...sample, billed: sample.billed * 5 } : sample))
    const { fit } = calibrate(odd, { factors: FACTORS, isExact: false })
    expect(fit.content).toBeCloseTo(1.2, 2)
    expect(fit.overhead).toBeCloseTo(300, -1)
    expect(fit.error).toBeGreaterThan(0.1)
  })

  test('does not fit the content of a family whose vocabulary it is counted in', () => {
    expect(calibrate(SAMPLES, { factors: FACTORS, isExact: true }).fit.content).toBe(1)
  })

  test('reports the error of the factors in use', () => {
    const { standing } = calibrate(SAMPLES, { factors: FACTORS, isExact: false })
    const wrong = calibrate(SAMPLES, { factors: { ...FACTORS, content: 2.4 }, isExact: false }).standing
    expect(standing.error).toBeLessThan(0.001)
    expect(wrong.error).toBeGreaterThan(0.2)
  })

  test('measures a fit on recordings that it has not seen', () => {
    // All calls with tools are in one recording: a fit without it knows nothing of tools.
    const one = SAMPLES.map((sample) => (sample.tools > 0 ? { ...sample, group: '00000000' } : sample))
    const { fit } = calibrate(one, { factors: FACTORS, isExact: false })
    expect(fit.tools).toBeCloseTo(0.8, 2)
    expect(fit.toolsError).toBeGreaterThan(0.3)
  })
})

const BODY = { model: 'gpt-4o', messages: [{ role: 'user', content: 'How many pods are there?' }] }

function line(row: Record<string, unknown>): string {
  const usage = { prompt_tokens: 13, completion_tokens: 2 }
  return JSON.stringify({ uri: 'https://api.openai.com/v1/chat/completions', body: BODY, usage, ...row })
}

describe('a recorded call', () => {
  test('is counted by the rules of its dialect, beside the billed tokens', () => {
    const tools = [{ type: 'function', function: { name: 'pods', parameters: {} } }]
    const { samples } = samplesOf([line({}), line({ body: { ...BODY, tools } })], vocabularies)
    expect(samples).toMatchObject([
      { family: 'openai-o200k', content: 6, tools: 0, messages: 1, billed: 13 },
      { family: 'openai-o200k', content: 6, messages: 1, billed: 13 },
    ])
    expect(samples[1]!.tools).toBeGreaterThan(5)
  })

  test('includes the tokens read from and written to the cache', () => {
    const uri = 'https://gateway.example/anthropic/v1/messages?beta=true'
    const body = { ...BODY, model: 'claude-sonnet-4-5', max_tokens: 9 }
    const usage = { input_tokens: 5, cache_read_input_tokens: 1000, cache_creation_input_tokens: 200 }
    expect(samplesOf([line({ uri, body, usage })], vocabularies).samples).toMatchObject([{ billed: 1205 }])
  })

  test.each([
    ['no dialect of ours', { uri: 'https://api.openai.com/v1/embeddings' }],
    ['no dialect of ours', { body: { model: 'gpt-4o' } }],
    ['no family', { body: { ...BODY, model: 'acme-7' } }],
    ['no input billed', { usage: {} }],
    ['no input billed', { usage: { prompt_tokens: 0 } }],
  ])('is left out as: %s (%j)', (reason, row) => {
    expect(samplesOf([line(row)], vocabularies)).toEqual({ samples: [], excluded: { [reason]: 1 } })
  })

  test('is taken once, however often it was recorded', () => {
    expect(samplesOf([line({ source: 'a' }), line({ source: 'b' })], vocabularies)).toMatchObject({
      samples: [{}],
      excluded: { 'the same request again': 1 },
    })
  })
})

describe('a body is useless for a calibration', () => {
  const part = (type: string): Record<string, unknown> => ({
    messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }, { type }] }],
  })
  test.each([
    ['media', part('image_url')],
    ['media', part('input_audio')],
    ['media', part('document')],
    ['media', { messages: [{ role: 'user', content: [{ type: 'tool_result', content: [{ type: 'image' }] }] }] }],
    ['thinking', part('thinking')],
    ['thinking', { input: [{ type: 'reasoning' }] }],
    ['thinking', { messages: [{ role: 'assistant', reasoning_content: 'hm' }] }],
    ['thinking', { thinking: { type: 'enabled', budget_tokens: 1024 } }],
    ['tools at the provider', part('server_tool_use')],
    ['tools at the provider', { input: [{ type: 'web_search_call' }] }],
    ['tools at the provider', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
    ['tools at the provider', { mcp_servers: [{ url: 'https://x.example' }] }],
    ['tools billed otherwise', { tools: [{ name: 'a', input_schema: {}, defer_loading: true }] }],
    ['output schema', { response_format: { type: 'json_schema' } }],
    ['output schema', { text: { format: { type: 'json_object' } } }],
    ['state at the provider', { previous_response_id: 'resp_1' }],
  ])('for %s: %j', (reason, body) => {
    expect(exclusionOf(body)).toBe(reason)
  })

  test.each([
    [{ messages: [{ role: 'user', content: [{ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } }] }] }],
    [
      {
        messages: [{ role: 'user', content: [{ type: 'tool_result', content: 'x' }] }],
        thinking: { type: 'disabled' },
      },
    ],
    [{ input: [{ type: 'function_call_output', output: 'x' }], text: { format: { type: 'text' } } }],
    [{ tools: [{ type: 'function', function: { name: 'a', strict: true } }], reasoning: { effort: 'low' } }],
    [{ tools: [{ name: 'a', input_schema: {} }], previous_response_id: null }],
  ])('unlike %j', (body) => {
    expect(exclusionOf(body)).toBeUndefined()
  })
})

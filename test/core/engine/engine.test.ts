import { describe, expect, test } from 'vitest'
import {
  compressInput,
  decompressInput,
  parseInput,
  parseReport,
  toGatewayJson,
  toJson,
} from '../../../src/core/engine/index.ts'
import { createVocabularies } from '../../../src/core/tokenizer/index.ts'
import { readTokenTable } from '../../../src/tables/index.ts'
import { chatWith, enforce, toolResultsOf } from '../compress/requests.ts'

const WAITING = 'still waiting for the pod\n'.repeat(9)
const INPUT = chatWith([WAITING]).body

function compress(options: { dialect?: string; model?: string; settings?: typeof enforce } = {}) {
  const vocabularies = createVocabularies(readTokenTable)
  return compressInput(INPUT, { settings: enforce, dialect: undefined, model: undefined, vocabularies, ...options })
}

describe('compressInput', () => {
  test.each([
    ['Disabled', false],
    ['Audit', false],
    ['Enforce', true],
  ] as const)('compresses whoever asks, also with mode %s, held out: %s', (mode, isHeldOut) => {
    const { body, report } = compress({ settings: { ...enforce, mode, isHeldOut } })
    expect(report).toMatchObject({ outcome: 'compressed', dialect: 'openai-chat', model: 'gpt-4o' })
    expect(body.length).toBeLessThan(INPUT.length)
  })

  test('reports as JSON by the names that the API documents', () => {
    const { body, report } = compress()
    const json = JSON.parse(toJson(body, report).toString()).report
    const { saved } = report.tokens!
    expect(json.techniques).toEqual({ 'repeated-lines': { blocks: 1, saved_tokens: saved } })
    expect(Object.keys(json)).toEqual(Object.keys(report))
  })

  test('counts as for the model and reads as the dialect that are named', () => {
    const { report } = compress({ dialect: 'ollama-chat', model: 'llama3.2' })
    expect(report).toMatchObject({ dialect: 'ollama-chat', model: 'llama3.2' })
    expect(report.tokens?.accuracy).not.toBe('exact')
  })
})

describe('decompressInput', () => {
  test('takes the request alone, or with its report beside it or apart', () => {
    const { body, report } = compress()
    const inputs = [
      decompressInput(body, { dialect: undefined }),
      decompressInput(body, { dialect: undefined, report }),
      decompressInput(toJson(body), { dialect: undefined }),
      decompressInput(toJson(body, report), { dialect: undefined }),
      decompressInput(toGatewayJson(body, report), { dialect: undefined }),
    ]
    for (const request of inputs) expect(toolResultsOf(request)).toEqual([WAITING])
  })

  test('undoes the changes of the separate report, not of the one in the input', () => {
    const { body, report } = compress()
    const request = decompressInput(toJson(body, report), { dialect: undefined, report: { changes: [] } })
    expect(toolResultsOf(request)).toEqual(toolResultsOf(body))
  })

  test('refuses a report in the input that is not one', () => {
    const input = Buffer.from(`{"request":${Buffer.from(INPUT).toString()},"report":7}`)
    expect(() => decompressInput(input, { dialect: undefined })).toThrow(
      expect.objectContaining({ code: 'NOT_OUR_FORM' }),
    )
  })
})

test.each([
  '7',
  'null',
  'plain',
  '{}',
  '{"changes":{}}',
  '{"changes":[7]}',
  '{"changes":[null]}',
  '{"changes":[{"path":"a"}]}',
])('parseReport refuses %s, and names the place', (text) => {
  expect(() => parseReport(text, 'report.json')).toThrow(/^report\.json is not what compression reports/)
})

test.each([
  ['hello', undefined, 'BODY_NOT_JSON', /not JSON/],
  ['[1]', undefined, 'DIALECT_UNKNOWN', /any API/],
  ['{"prompt":"hi"}', 'openai-chat', 'DIALECT_UNKNOWN', /the dialect openai-chat$/],
  ['{"prompt":"hi"}', 'latin', 'DIALECT_UNKNOWN', /no such dialect; there are openai-chat, /],
])('parseInput refuses %s as %s', (input, dialect, code, message) => {
  expect(() => parseInput(Buffer.from(input), dialect)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  )
})

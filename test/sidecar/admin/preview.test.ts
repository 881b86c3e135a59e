import { describe, expect, test } from 'vitest'
import { createPreview } from '../../../sidecar/admin/index.ts'
import type { CompressionSettings } from '../../../src/core/compress/index.ts'
import { createVocabularies } from '../../../src/core/tokenizer/index.ts'
import { readTokenTable } from '../../../src/tables/read.ts'

const settings: CompressionSettings = {
  mode: 'Enforce',
  isHeldOut: false,
  profile: 'Safe',
  minTokens: 32,
  userText: 'Never',
  isExcludedTool: () => false,
}

const vocabularies = createVocabularies(readTokenTable)
const preview = createPreview({ vocabularies, settings: () => settings })

const rows = Array.from({ length: 12 }, (_, id) => ({
  id,
  name: `service-${id}`,
  status: 'running',
  zone: 'eu-west-1a',
}))
const result = JSON.stringify(rows, null, 2)
const request = JSON.stringify({
  model: 'gpt-4o-mini',
  messages: [
    { role: 'user', content: 'List the services.' },
    { role: 'assistant', tool_calls: [{ id: 'c1', type: 'function', function: { name: 'list', arguments: '{}' } }] },
    { role: 'tool', tool_call_id: 'c1', content: result },
  ],
})

describe('preview', () => {
  test('takes text for the result of a tool', async () => {
    const shown = await preview(result)
    expect(shown).toMatchObject({ kind: 'text', before: result, model: null, outcome: 'compressed', accuracy: 'exact' })
    expect(shown.after.length).toBeLessThan(result.length)
    expect(shown.tokens?.saved).toBe((shown.tokens?.original ?? 0) - (shown.tokens?.sent ?? 0))
    expect(shown.tokens?.saved).toBeGreaterThan(0)
    expect(Object.keys(shown.techniques)).not.toHaveLength(0)
  })

  test('takes an LLM request as a whole', async () => {
    const shown = await preview(request)
    expect(shown).toMatchObject({ kind: 'request', before: request, model: 'gpt-4o-mini', outcome: 'compressed' })
    expect(JSON.parse(shown.after)).toMatchObject({
      model: 'gpt-4o-mini',
      messages: [{ content: 'List the services.' }, {}, {}],
    })
  })

  test.each<[string, Partial<CompressionSettings>]>([
    ['in Audit mode', { mode: 'Audit' }],
    ['when compression is disabled', { mode: 'Disabled' }],
    ['for a held-out session', { isHeldOut: true }],
  ])('shows what compression would do %s', async (_name, different) => {
    const shown = await createPreview({ vocabularies, settings: () => ({ ...settings, ...different }) })(result)
    expect(shown.outcome).toBe('compressed')
  })

  test.each<[string, string]>([
    ['prose', 'There is nothing here that could be said in fewer tokens.'],
    ['a broken request', request.slice(0, -3)],
    ['lone surrogates', '\ud800'],
    ['a number', '42'],
    ['deep nesting', '['.repeat(100_000)],
  ])('shows %s as it is', async (_name, sample) => {
    const shown = await preview(sample)
    expect(shown.before).toBe(sample)
    expect(shown.tokens?.saved).toBe(0)
  })
})

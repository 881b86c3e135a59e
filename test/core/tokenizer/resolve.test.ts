import { describe, expect, test } from 'vitest'
import { createVocabularies, resolveCounter } from '../../../src/core/tokenizer/index.ts'
import { readTokenTable } from '../../../src/tables/index.ts'

const vocabularies = createVocabularies(readTokenTable)
const TEXT = 'The pod restarted 14 times in the last hour.'
const o200k = vocabularies.get('o200k_base').count(TEXT)
const cl100k = vocabularies.get('cl100k_base').count(TEXT)

describe('the counter for a model', () => {
  test.each([
    ['gpt-4o', { content: o200k, tools: 0.62 * o200k, accuracy: 'exact', toolsAccuracy: 'approx' }],
    ['gpt-4', { content: cl100k, tools: 0.62 * cl100k, accuracy: 'exact', toolsAccuracy: 'heuristic' }],
    [
      'claude-sonnet-4-5',
      { content: 0.99 * o200k, tools: 1.15 * o200k + 500, accuracy: 'approx', toolsAccuracy: 'approx' },
    ],
    [
      'claude-opus-4-8',
      { content: 1.44 * o200k, tools: 1.15 * o200k + 500, accuracy: 'heuristic', toolsAccuracy: 'heuristic' },
    ],
    ['llama3.2:3b', { content: o200k, tools: o200k, accuracy: 'heuristic', toolsAccuracy: 'heuristic' }],
    ['acme-7', { content: o200k, tools: o200k, accuracy: 'heuristic', toolsAccuracy: 'heuristic' }],
  ])('%s bills text and tool definitions by its family', (model, expected) => {
    const counter = resolveCounter(model, undefined, vocabularies)
    expect({
      content: counter.content(TEXT),
      tools: counter.tools(TEXT),
      accuracy: counter.accuracy,
      toolsAccuracy: counter.toolsAccuracy,
    }).toEqual(expected)
  })

  test.each(['gpt-4o', 'claude-sonnet-4-5'])('counts nothing for no tool definitions (%s)', (model) => {
    expect(resolveCounter(model, undefined, vocabularies).tools('')).toBe(0)
  })

  test('assumes the newest Claude for an unknown model of the Anthropic API', () => {
    expect(resolveCounter('acme-7', 'anthropic', vocabularies).content(TEXT)).toBe(1.44 * o200k)
    expect(resolveCounter(undefined, 'anthropic', vocabularies).accuracy).toBe('heuristic')
    expect(resolveCounter(undefined, 'openai', vocabularies).content(TEXT)).toBe(o200k)
  })

  test.each([
    ['gpt-4o', ['o200k_base']],
    ['gpt-3.5-turbo', ['cl100k_base']],
    ['claude-sonnet-4-5', ['o200k_base', 'cl100k_base']],
    ['llama3.2', ['o200k_base', 'cl100k_base']],
  ])('%s is judged in %j', (model, judges) => {
    expect(resolveCounter(model, undefined, vocabularies).judges.map((judge) => judge.name)).toEqual(judges)
  })

  test('is the same object for models that are billed alike', () => {
    const counter = resolveCounter('gpt-4o', 'openai', vocabularies)
    expect(resolveCounter('openai/gpt-4o-2024-08-06', undefined, vocabularies)).toBe(counter)
    expect(resolveCounter('gpt-4', 'openai', vocabularies)).not.toBe(counter)
  })

  test('loads no vocabulary before a text is counted', () => {
    const read: string[] = []
    const lazy = createVocabularies((name) => {
      read.push(name)
      return readTokenTable(name)
    })
    const counter = resolveCounter('claude-sonnet-4-5', undefined, lazy)
    expect(read).toEqual([])
    counter.content('x')
    expect(read).not.toContain('cl100k_base')
  })
})

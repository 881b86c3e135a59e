import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readModels } from '../../../scripts/models/models-file.ts'
import { modelsTable } from '../../../scripts/models/models-table.ts'
import { listModels, resolveModel } from '../../../src/core/model/index.ts'

const YAML = readFileSync('src/core/model/models.yaml', 'utf8')

describe('prices', () => {
  test.each([
    ['claude-sonnet-5', { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5, cacheWrite1h: 4 }],
    ['claude-opus-4-1@20250805', { input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75, cacheWrite1h: 30 }],
    ['gpt-5.6', { input: 4, output: 20, cacheRead: 0.4, cacheWrite: 5, upToTokens: 272_000 }],
    ['gpt-4o', { input: 2.5, output: 10, cacheRead: 1.25 }],
    ['openai/gpt-4o-2024-08-06', { input: 2.5, output: 10, cacheRead: 1.25 }],
    // Two snapshots that cost more than the name without a date.
    ['gpt-4o-2024-05-13', { input: 5, output: 15 }],
    ['gpt-3.5-turbo-1106', { input: 1, output: 2 }],
  ])('of %s are its maker’s', (name, expected) => {
    const { asOf, source, ...prices } = resolveModel(name)!.prices!
    expect(prices).toEqual(expected)
    expect(asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    expect(source).not.toBe('')
  })

  test.each([
    ['a model that its maker does not sell', 'llama3.2:3b'],
    ['a model of a known family without a known price', 'gpt-4o-audio-preview'],
    ['a fine-tuned model', 'ft:gpt-4o-mini-2024-07-18:org::id'],
    ['a name whose model changes', 'mistral-large-2411'],
  ])('of %s are absent', (_, name) => {
    const card = resolveModel(name)
    expect(card).toBeDefined()
    expect(card?.prices).toBeUndefined()
  })

  test('of cached tokens have the ratios that providers publish', () => {
    for (const { name, provider, prices } of listModels()) {
      if (prices === undefined || !['anthropic', 'openai'].includes(provider)) continue
      const { input, cacheRead = input, cacheWrite = input, cacheWrite1h } = prices
      expect([name, cacheRead / input <= 0.5 || cacheRead === input]).toEqual([name, true])
      expect([name, [1, 1.25]]).toEqual([name, expect.arrayContaining([cacheWrite / input])])
      if (cacheWrite1h !== undefined) expect([name, cacheWrite1h / input]).toEqual([name, expect.closeTo(2)])
    }
  })
})

describe('the rules of the prompt cache', () => {
  test.each([
    ['claude-opus-5', 'anthropic', 512, 300],
    ['claude-fable-5', 'anthropic', 512, 300],
    ['claude-mythos-5', 'anthropic', 512, 300],
    ['claude-sonnet-5', 'anthropic', 1024, 300],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'anthropic', 1024, 300],
    ['claude-opus-4-8', 'anthropic', 1024, 300],
    ['claude-opus-4', 'anthropic', 1024, 300],
    ['claude-opus-4-1', 'anthropic', 1024, 300],
    ['claude-haiku-4-5', 'anthropic', 4096, 300],
    ['claude-opus-4-5', 'anthropic', 4096, 300],
    ['claude-opus-4-6', 'anthropic', 4096, 300],
    // The minimum is not published: the largest known one is assumed.
    ['claude-opus-5-5', 'anthropic', 4096, 300],
    ['claude-saga-6', 'anthropic', 4096, 300],
    ['gpt-4o', 'openai-implicit', 1024, 300],
    ['gpt-5.5', 'openai-implicit', 1024, 300],
    ['gpt-5.6', 'openai-breakpoint', 1024, 1800],
    ['gpt-5.6-sol', 'openai-breakpoint', 1024, 1800],
    ['gpt-6.1-terra', 'openai-breakpoint', 1024, 1800],
  ])('of %s are %s from %d tokens on, for %d s', (name, kind, minTokens, ttlSeconds) => {
    expect(resolveModel(name)!.cache).toMatchObject({ kind, minTokens, ttlSeconds })
  })

  test.each(['gpt-4', 'gpt-7', 'llama3.2', 'gemini-2.5-pro'])('of %s are not known', (name) => {
    expect(resolveModel(name)).toMatchObject({ cache: undefined })
  })
})

describe('models.yaml', () => {
  test('is the source of the generated table', () => {
    expect(modelsTable(readModels(YAML))).toBe(readFileSync('src/core/model/models.gen.ts', 'utf8'))
  })

  test.each([
    [
      'a price without its source',
      '{ name: o1, input: 15, output: 60, cacheRead: 7.5, source: litellm }',
      '{ name: o1, input: 15, output: 60 }',
      'model o1 needs input, output and source',
    ],
    ['an unknown source', 'source: openai-cache', 'source: hearsay', 'there is no source hearsay'],
    [
      'an unknown billing',
      'billing: guess, prefixes: [phi]',
      'billing: hunch, prefixes: [phi]',
      'there is no billing hunch',
    ],
    ['a model that is listed twice', '{ name: phi4 }', '{ name: qwen3 }', 'model qwen3 is listed twice'],
    ['a price that is not a number', 'input: 15, output: 60', "input: '15', output: 60", '/input must be number'],
    ['an unknown member', '{ name: phi4 }', '{ name: phi4, inputs: 1 }', 'additional properties'],
    ['a syntax error', 'sources:', 'sources: [', 'line '],
  ])('is refused with %s', (_, right, wrong, message) => {
    expect(YAML).toContain(right)
    expect(() => readModels(YAML.replace(right, wrong))).toThrow(message)
  })
})

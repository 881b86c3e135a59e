import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readModels } from '../../../scripts/models/models-file.ts'
import { modelsTable } from '../../../scripts/models/models-table.ts'
import { inForce, listModels, resolveModel } from '../../../src/core/model/index.ts'

const YAML = readFileSync('src/core/model/models.yaml', 'utf8')

const NOW = new Date('2026-11-30T02:00:00Z')

/** A tier, place and length of prompt are terms: tests of billing have them. */
function listPrices(name: string): object {
  const { input, output } = inForce(resolveModel(name)!.prices, NOW)!
  return { input, output }
}

describe('prices', () => {
  test.each([
    ['claude-sonnet-5', { input: 2, output: 10 }],
    ['claude-opus-4-1@20250805', { input: 15, output: 75 }],
    ['gpt-5.6', { input: 4, output: 20 }],
    ['gpt-4o', { input: 2.5, output: 10 }],
    ['openai/gpt-4o-2024-08-06', { input: 2.5, output: 10 }],
    // Two snapshots that cost more than the name without a date.
    ['gpt-4o-2024-05-13', { input: 5, output: 15 }],
    ['gpt-3.5-turbo-1106', { input: 1, output: 2 }],
  ])('of %s are its maker’s', (name, expected) => {
    expect(listPrices(name)).toEqual(expected)
    const { asOf, source } = inForce(resolveModel(name)!.prices, NOW)!
    expect(asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    expect(source).not.toBe('')
  })

  test.each([
    ['gpt-6.1-sol', [2, 10, 0.1]],
    ['gpt-6-rosalind', [15, 75, 1.5]],
    ['gpt-6-astra-law', [10, 50, 1]],
    ['gpt-6-cyber', [20, 100, 2]],
    ['gpt-5.6-cyber', [12.5, 75, 1.25]],
    ['gpt-5.5-pro', [30, 180, undefined]],
    ['gpt-5.4-pro', [30, 180, undefined]],
    ['claude-opus-5-5', [4, 20, 0.2]],
    ['claude-haiku-5-5', [0.1, 0.5, 0.01]],
    ['gemini-3.1-pro-preview', [2, 12, 0.2]],
    ['gemini-3.5-flash', [1.5, 9, 0.15]],
    ['gemini-3.5-flash-lite', [0.3, 2.5, 0.03]],
    ['gemini-3.6-flash', [0.75, 3.75, 0.075]],
    ['gemini-3.7-flash', [0.75, 3.75, 0.075]],
    ['gemini-3.1-flash-lite', [0.25, 1.5, 0.025]],
    ['deepseek-v4-pro', [1.32, 3.96, 0.044]],
    ['deepseek-flash', [0.3, 1.2, 0.006]],
    ['grok-4.7', [2, 6, 0.5]],
    ['grok-4.6', [2, 6, 0.5]],
    ['grok-4.20', [1.25, 2.5, 0.2]],
    ['grok-4.20-0309-reasoning', [1.25, 2.5, 0.2]],
    ['grok-4.3', [1.25, 2.5, 0.2]],
    ['kimi-k3.1-pro', [2, 10, 0.2]],
    ['kimi-k3', [3, 15, 0.3]],
    ['kimi-k2.6', [0.95, 4, 0.16]],
    ['kimi-k2.7-code', [0.95, 4, 0.19]],
    ['glm-5.3-flash', [0.15, 0.5, 0.03]],
    ['glm-5.1', [1.4, 4.4, 0.26]],
    ['MiniMax-M3', [0.3, 1.2, 0.06]],
    ['mistral-small-2603', [0.15, 0.6, 0.015]],
    ['codestral-2508', [0.3, 0.9, 0.03]],
    ['mistral-large-4', [0.7, 2.1, 0.07]],
  ] as const)('of %s are input, output and read %j', (name, [input, output, read]) => {
    const { cache } = resolveModel(name)!
    expect(listPrices(name)).toEqual({ input, output })
    const rules = inForce(cache, NOW)
    // Factors have four digits.
    if (read === undefined) expect(rules).toBeUndefined()
    else expect(input * rules!.readFactor).toBeCloseTo(read, 3)
  })

  test.each(['claude-fable-5-2', 'claude-mythos-5-2', 'gpt-6.2-astra', 'gpt-6.2-sol'])(
    'of %s are in no source, and absent',
    (name) => {
      expect(resolveModel(name)).toMatchObject({ name, prices: [] })
      expect(resolveModel(name)!.cache).toHaveLength(1)
      expect(listModels().map((card) => card.name)).toContain(name)
    },
  )

  test.each([
    ['deepseek-chat', '2026-07-24'],
    ['claude-opus-4-20250514', '2026-06-15'],
    ['gpt-4', '2026-10-23'],
  ])('of %s stay known when it is retired, and the card says so', (name, retired) => {
    expect(resolveModel(name)).toMatchObject({ retired, prices: [{}] })
  })

  test.each([
    ['a model that its maker does not sell', 'llama3.2:3b'],
    ['a model of a known family without a known price', 'gpt-4o-audio-preview'],
    ['a fine-tuned model', 'ft:gpt-4o-mini-2024-07-18:org::id'],
    ['a name whose model changes', 'mistral-large-2411'],
  ])('of %s are absent', (_, name) => {
    const card = resolveModel(name)
    expect(card).toBeDefined()
    expect(card?.prices).toEqual([])
  })
})

describe('the rules of the prompt cache', () => {
  test.each([
    ['claude-fable-5', 'anthropic', [512, 300, 0.1]],
    ['claude-fable-5-1', 'anthropic', [512, 300, 0.025]],
    ['claude-mythos-5-2', 'anthropic', [512, 300, 0.025]],
    ['claude-opus-5', 'anthropic', [512, 300, 0.1]],
    ['claude-opus-5-5', 'anthropic', [512, 300, 0.05]],
    ['claude-sonnet-5-5', 'anthropic', [512, 300, 0.05]],
    ['claude-haiku-5-5', 'anthropic', [512, 300, 0.1]],
    ['claude-sonnet-5', 'anthropic', [1024, 300, 0.1]],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'anthropic', [1024, 300, 0.1]],
    ['claude-opus-4-8', 'anthropic', [1024, 300, 0.1]],
    ['claude-opus-4', 'anthropic', [1024, 300, 0.1]],
    ['claude-opus-4-1', 'anthropic', [1024, 300, 0.1]],
    ['claude-opus-4-7', 'anthropic', [2048, 300, 0.1]],
    ['claude-3-5-haiku', 'anthropic', [2048, 300, 0.1]],
    ['claude-mythos-preview', 'anthropic', [2048, 300, 0.1]],
    ['claude-haiku-4-5', 'anthropic', [4096, 300, 0.1]],
    ['claude-opus-4-5', 'anthropic', [4096, 300, 0.1]],
    ['claude-opus-4-6', 'anthropic', [4096, 300, 0.1]],
    ['gpt-4o', 'openai-implicit', [1024, 300, 0.5]],
    ['gpt-4.1', 'openai-implicit', [1024, 300, 0.25]],
    ['gpt-5.5', 'openai-implicit', [1024, 300, 0.1]],
    ['gpt-5.6', 'openai-breakpoint', [1024, 1800, 0.1]],
    ['gpt-5.6-sol', 'openai-breakpoint', [1024, 1800, 0.1]],
    ['gpt-6.1-terra', 'openai-breakpoint', [1024, 1800, 0.05]],
    ['gpt-6.2-astra', 'openai-breakpoint', [1024, 1800, 0.1]],
    ['gemini-2.5-pro', 'automatic', [2048, undefined, 0.1]],
    ['gemini-3.7-flash', 'automatic', [4096, undefined, 0.1]],
    ['gemini-3.5-flash-lite', 'automatic', [undefined, undefined, 0.1]],
    ['gemini-4-argon', 'automatic', [4096, undefined, 0.05]],
    ['deepseek-v4-pro', 'automatic', [undefined, undefined, 0.0333]],
    ['deepseek-flash', 'automatic', [undefined, undefined, 0.02]],
    ['deepseek-chat', 'automatic', [undefined, undefined, 0.1]],
    ['grok-4.7', 'automatic', [undefined, undefined, 0.25]],
    ['grok-4.5', 'automatic', [undefined, undefined, 0.15]],
    ['grok-4.20', 'automatic', [undefined, undefined, 0.16]],
    ['kimi-k3', 'automatic', [undefined, undefined, 0.1]],
    ['kimi-k3.1-pro-highspeed', 'automatic', [undefined, undefined, 0.05]],
    ['MiniMax-M3', 'automatic', [512, undefined, 0.2]],
  ] as const)('PC-33: of %s are %s, minimum, lifetime and read factor %j', (name, kind, expected) => {
    const rules = inForce(resolveModel(name)!.cache, NOW)!
    expect(rules.kind).toBe(kind)
    expect([rules.minTokens, rules.ttlSeconds, rules.readFactor]).toEqual(expected)
    expect(rules.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/)
  })

  test.each([
    ['anthropic', [1.25, 3600, 2]],
    ['openai-implicit', [1, undefined, undefined]],
    ['openai-breakpoint', [1.25, 43_200, 2.5]],
  ])('PC-34: %s writes at the factor, and for longer at another: %j', (kind, expected) => {
    const all = listModels().flatMap(({ cache }) => cache.filter((rules) => rules.kind === kind))
    expect(all.length).toBeGreaterThan(0)
    for (const { writeFactor, ttlSecondsLong, writeFactorLong } of all) {
      expect([writeFactor, ttlSecondsLong, writeFactorLong]).toEqual(expected)
    }
  })

  test('PC-33: of Sonnet 5.5 have two read factors, by date', () => {
    const { cache } = resolveModel('claude-sonnet-5-5')!
    const factors = ['2026-10-06', '2026-10-07'].map((day) => inForce(cache, new Date(day))?.readFactor)
    expect(factors).toEqual([0.1, 0.05])
  })

  test.each([
    ...['gpt-4', 'gpt-7', 'llama3.2', 'claude-saga-6', 'claude-opus-5-7', 'claude-opus-4-9', 'gemini-9', 'gpt-5.5-pro'],
  ])('PC-33: of %s are not known', (name) => {
    expect(resolveModel(name)?.cache).toEqual([])
  })
})

describe('models.yaml', () => {
  test('is the source of the generated table', () => {
    expect(modelsTable(readModels(YAML))).toBe(readFileSync('src/core/model/models.gen.ts', 'utf8'))
  })

  test.each([
    [
      'a price without its source',
      'terms: [batch, anywhere], retired: 2026-10-23, source: litellm }\n  - { name: o3,',
      'terms: [batch, anywhere], retired: 2026-10-23 }\n  - { name: o3,',
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
    [
      'terms that are not defined',
      'terms: [batch, claude-fast',
      'terms: [bulk, claude-fast',
      'there are no terms bulk',
    ],
    ['a band without a beginning', '{ over: 272000, input', '{ input', 'a band of the terms long needs from or over'],
    [
      'a band with two',
      '{ over: 272000, input',
      '{ over: 1, from: 2, input',
      'a band of the terms long needs from or over',
    ],
    ['a cache prefix that is listed twice', 'prefixes: [grok-4.5]', 'prefixes: [gpt-4.1]', 'gpt-4.1 is listed twice'],
    [
      'a resold model without a price',
      '{ name: gpt-oss-20b, input: 0.075, output: 0.3, source',
      '{ name: gpt-oss-20b, source',
      'model gpt-oss-20b needs input',
    ],
    ['a price that is not a number', 'input: 15, output: 60', "input: '15', output: 60", '/input must be number'],
    ['an unknown member', '{ name: phi4 }', '{ name: phi4, inputs: 1 }', 'additional properties'],
    ['a syntax error', 'sources:', 'sources: [', 'line '],
  ])('is refused with %s', (_, right, wrong, message) => {
    expect(YAML).toContain(right)
    expect(() => readModels(YAML.replace(right, wrong))).toThrow(message)
  })
})

import { describe, expect, test } from 'vitest'
import { listModels, resolveModel } from '../../../src/core/model/index.ts'

describe('a model is resolved', () => {
  test.each([
    // Names of providers: with dates, versions and tags.
    ['gpt-4o', 'gpt-4o', 'openai-o200k'],
    ['gpt-4o-2024-08-06', 'gpt-4o', 'openai-o200k'],
    ['gpt-4o-mini-search-preview-2025-03-11', 'gpt-4o-mini-search-preview', 'openai-o200k'],
    ['chatgpt-4o-latest', 'chatgpt-4o', 'openai-o200k'],
    ['gpt-4.1-nano-2025-04-14', 'gpt-4.1-nano', 'openai-o200k'],
    ['gpt-5', 'gpt-5', 'openai-o200k'],
    ['gpt-5.6-sol', 'gpt-5.6-sol', 'openai-o200k'],
    ['gpt-6', 'gpt-6', 'openai-o200k'],
    ['gpt-6.2-astra', 'gpt-6.2-astra', 'openai-o200k'],
    ['gpt-6-astra-law', 'gpt-6-astra-law', 'openai-o200k'],
    ['o1', 'o1', 'openai-o200k'],
    ['o3-mini-2025-01-31', 'o3-mini', 'openai-o200k'],
    ['o4-mini', 'o4-mini', 'openai-o200k'],
    ['gpt-oss:20b', 'gpt-oss', 'gpt-oss'],
    ['gpt-4', 'gpt-4', 'openai-cl100k'],
    ['gpt-4-0613', 'gpt-4', 'openai-cl100k'],
    ['gpt-4-turbo-2024-04-09', 'gpt-4-turbo', 'openai-cl100k'],
    ['gpt-4-1106-preview', 'gpt-4-1106-preview', 'openai-cl100k'],
    ['gpt-3.5-turbo-0125', 'gpt-3.5-turbo', 'openai-cl100k'],
    ['text-embedding-3-small', 'text-embedding-3-small', 'openai-cl100k'],
    ['claude-3-5-sonnet-latest', 'claude-3-5-sonnet', 'claude-3'],
    ['claude-opus-4-20250514', 'claude-opus-4', 'claude-4'],
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5', 'claude-4'],
    ['claude-opus-4-6', 'claude-opus-4-6', 'claude-4'],
    ['claude-opus-4-7', 'claude-opus-4-7', 'claude-4.7'],
    ['claude-sonnet-5', 'claude-sonnet-5', 'claude'],
    ['llama3.2:3b', 'llama3.2', 'llama'],
    ['llama3.2', 'llama3.2', 'llama'],
    ['mistral', 'mistral', 'mistral'],
    ['mistral-large-2411', 'mistral-large', 'mistral'],
    ['gemini-2.5-flash', 'gemini-2.5-flash', 'gemini'],
    ['deepseek-chat', 'deepseek-chat', 'deepseek'],
    ['qwen3:0.6b', 'qwen3', 'qwen'],
    // Names of gateways and clouds.
    ['openai/gpt-4o-2024-08-06', 'gpt-4o', 'openai-o200k'],
    ['openrouter/anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5', 'claude-4'],
    ['anthropic/claude-3.7-sonnet:thinking', 'claude-3-7-sonnet', 'claude-3'],
    ['anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5-sonnet', 'claude-3'],
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5', 'claude-4'],
    ['arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-6-v1', 'claude-opus-4-6', 'claude-4'],
    ['us.meta.llama3-1-70b-instruct-v1:0', 'llama3-1-70b-instruct', 'llama'],
    ['openai.gpt-oss-120b-1:0', 'gpt-oss-120b-1', 'gpt-oss'],
    ['claude-opus-4-1@20250805', 'claude-opus-4-1', 'claude-4'],
    ['publishers/google/models/gemini-2.5-pro', 'gemini-2.5-pro', 'gemini'],
    ['accounts/fireworks/models/llama-v3p1-8b-instruct', 'llama-v3p1-8b-instruct', 'llama'],
    ['hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M', 'llama-3.2-3b-instruct-gguf', 'llama'],
    ['gpt-35-turbo', 'gpt-35-turbo', 'openai-cl100k'],
    ['azure/gpt-4o-eu-prod', 'gpt-4o-eu-prod', 'openai-o200k'],
    // Fine-tuned models, and names typed by hand.
    ['ft:gpt-4o-mini-2024-07-18:my-org:my-suffix:abc123', 'gpt-4o-mini', 'openai-o200k'],
    ['ft:gpt-3.5-turbo:org::id', 'gpt-3.5-turbo', 'openai-cl100k'],
    ['openai/ft:gpt-4.1-2025-04-14:org::id', 'gpt-4.1', 'openai-o200k'],
    [' GPT-4o ', 'gpt-4o', 'openai-o200k'],
    // A name without a rule is counted by a guess for its maker, not by the vocabulary of a shorter name.
    ['gpt-4.9', 'gpt-4.9', 'gpt'],
    ['gpt-7', 'gpt-7', 'gpt'],
    ['gpt-4omega', 'gpt-4omega', 'gpt'],
    ['claude-saga-6', 'claude-saga-6', 'claude'],
  ])('%j is %s of %s', (name, canonical, family) => {
    expect(resolveModel(name)).toMatchObject({ name: canonical, family })
  })

  test.each([
    ['nothing', ''],
    ['blanks', '   '],
    ['a name of no family', 'acme-7'],
    ['a name that only starts like one', 'o1x'],
    ['separators only', '::@@//..'],
    ['labels only', 'us.anthropic.'],
    ['a word of the language', '__proto__'],
    ['control characters and surrogates', '\u0000\ud800\n'],
    ['a megabyte', 'gpt-4o'.repeat(170_000)],
    ['dates without end', '-20250101'.repeat(28)],
  ])('as unknown when it is %s', (_, name) => {
    expect(resolveModel(name)).toBeUndefined()
  })

  test('to the same card each time, also after many other names', () => {
    const card = resolveModel('gpt-4o')
    for (let index = 0; index < 5_000; index++) resolveModel(`acme-${index}`)
    expect(resolveModel('gpt-4o')).toEqual(card)
  })
})

describe('the list of models', () => {
  test('has every name once, as itself', () => {
    const names = listModels().map((card) => card.name)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(resolveModel(name)?.name).toBe(name)
    expect(names).toContain('gpt-4o')
    expect(names).toContain('claude-sonnet-4-5')
  })
})

/** Which rules a call's marks follow: those of its model, at the host that it goes to. */

import { expect, test } from 'vitest'
import { markRules } from '../../../src/core/cache/index.ts'
import { type CacheRules, inForce, resolveModel } from '../../../src/core/model/index.ts'

const CLAUDE = 'claude-opus-4-6'

const setAt = (name: string, host: string, model = CLAUDE): string | undefined =>
  markRules({ api: 'anthropic', name, host, model }, resolveModel(CLAUDE)?.cache[0])?.set

test.each([
  ['anthropic', 'localhost'],
  ['mine', 'api.anthropic.com'],
  ['foundry', 'orders.services.ai.azure.com'],
  ['bedrock', 'bedrock-mantle.eu-west-1.api.aws'],
  ['aws', 'aws-external-anthropic.us-east-1.api.aws'],
])('a provider named %s at %s takes the mark at the top', (name, host) => {
  expect(setAt(name, host)).toBe('anthropic-automatic')
})

test.each([
  ['anthropic', 'bedrock-runtime.us-east-1.amazonaws.com'],
  ['anthropic', 'bedrock-runtime-fips.us-gov-west-1.amazonaws.com'],
  ['anthropic', 'vpce-0a1b.bedrock-runtime.us-east-1.vpce.amazonaws.com'],
  ['gateway', 'llm.example'],
  ['gateway', 'services.ai.azure.com.example'],
])('PC-31: a provider named %s at %s gets marks on blocks only', (name, host) => {
  expect(setAt(name, host)).toBe('anthropic-explicit')
})

test.each([
  'anthropic.claude-opus-4-6-v1',
  'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'bedrock/anthropic.claude-3',
])('PC-31: a gateway that is asked for %s gets marks on blocks only', (model) => {
  expect(setAt('anthropic', 'localhost', model)).toBe('anthropic-explicit')
})

test.each([
  ['claude-opus-4-6', '2026-11-30', { minTokens: 4096, readFactor: 0.1, writeFactor: 1.25 }],
  ['claude-opus-4-7', '2026-11-30', { minTokens: 2048, readFactor: 0.1, writeFactor: 1.25 }],
  ['claude-opus-5-5', '2026-11-30', { minTokens: 512, readFactor: 0.05, writeFactor: 1.25 }],
  ['claude-fable-5-2', '2026-11-30', { minTokens: 512, readFactor: 0.025, writeFactor: 1.25 }],
  ['claude-sonnet-5-5', '2026-10-06', { minTokens: 512, readFactor: 0.1, writeFactor: 1.25 }],
  ['claude-sonnet-5-5', '2026-10-07', { minTokens: 512, readFactor: 0.05, writeFactor: 1.25 }],
])('PC-33: %s has the minimum and the factors of its card on %s', (model, day, expected) => {
  const cache = inForce(resolveModel(model)?.cache, new Date(day))
  expect(markRules({ api: 'anthropic', name: 'anthropic', host: '', model }, cache)).toMatchObject(expected)
})

test.each([
  ['deepseek-v4-pro', 'deepseek', 'api.deepseek.com'],
  ['grok-4.7', 'xai', 'api.x.ai'],
  ['mistral-large-4', 'mistral', 'api.mistral.ai'],
  ['kimi-k3', 'moonshot', 'api.moonshot.ai'],
  ['gemini-3.8-flash', 'google', 'generativelanguage.googleapis.com'],
  ['glm-5.3', 'zhipu', 'api.z.ai'],
])('PC-35: the automatic cache of %s gets no marks', (model, name, host) => {
  const [cache] = resolveModel(model)?.cache ?? []
  for (const api of ['openai', 'anthropic'] as const) {
    expect(markRules({ api, name, host, model }, cache)).toBeUndefined()
  }
})

test.each(['nobody-1', 'claude-opus-9', 'claude', 'gpt-9'])(
  'PC-33: %s, whose rules are not known, gets no marks',
  (model) => {
    const cache = inForce(resolveModel(model)?.cache, new Date())
    for (const api of ['openai', 'anthropic'] as const) {
      expect(markRules({ api, name: api, host: '', model }, cache)).toBeUndefined()
    }
  },
)

test.each(['minTokens', 'ttlSeconds'] as const)('PC-33: a card without %s gets no marks', (field) => {
  const { [field]: _, ...cache } = resolveModel(CLAUDE)?.cache[0] ?? {}
  expect(cache).toHaveProperty('kind')
  const destination = { api: 'anthropic', name: 'anthropic', host: '', model: CLAUDE } as const
  expect(markRules(destination, cache as CacheRules)).toBeUndefined()
})

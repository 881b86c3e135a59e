/** Which rules a call's marks follow: those of its model, at the host that it goes to. */

import { expect, test } from 'vitest'
import { markRules } from '../../../src/core/cache/index.ts'
import { resolveModel } from '../../../src/core/model/index.ts'

const CLAUDE = 'claude-opus-4-6'

const setAt = (name: string, host: string, model = CLAUDE): string | undefined =>
  markRules({ api: 'anthropic', name, host, model }, resolveModel(CLAUDE)?.cache)?.set

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

test('PC-33: a model without rules gets no marks', () => {
  expect(markRules({ api: 'anthropic', name: 'anthropic', host: '', model: 'nobody-1' }, undefined)).toBeUndefined()
})

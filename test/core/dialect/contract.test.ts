import { expect, test } from 'vitest'
import { dialects } from '../../../src/core/dialect/index.ts'
import { describeDialect } from '../../support/dialect-contract.ts'
import { anthropicMessages } from './fixtures/anthropic-messages.ts'
import { ollamaChat } from './fixtures/ollama-chat.ts'
import { ollamaGenerate } from './fixtures/ollama-generate.ts'
import { openaiChat } from './fixtures/openai-chat.ts'
import { openaiCompletions } from './fixtures/openai-completions.ts'
import { openaiResponses } from './fixtures/openai-responses.ts'

const FIXTURES = [openaiChat, openaiResponses, anthropicMessages, ollamaChat, ollamaGenerate, openaiCompletions]

for (const fixture of FIXTURES) describeDialect(fixture)

test('has a fixture for every dialect', () => {
  expect(FIXTURES.map(({ name }) => name)).toEqual(dialects.map(({ name }) => name))
})

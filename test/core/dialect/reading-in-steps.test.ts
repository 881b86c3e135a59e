import { describe, expect, test } from 'vitest'
import {
  type DialectName,
  dialectByName,
  failedResults,
  readBody,
  readingBody,
} from '../../../src/core/dialect/index.ts'
import { scanJson } from '../../../src/core/json/index.ts'
import type { Steps } from '../../../src/core/steps.ts'

const COUNT = 20_000
/** Elements that one step may read: so long the others wait. */
const IN_A_STEP = 2_000

const many = (one: object | string): unknown[] => Array.from({ length: COUNT }, () => one)
const says = (role: string, content: unknown): object => ({ role, content })

const BODIES: readonly (readonly [of: string, dialect: DialectName, body: object])[] = [
  ['messages', 'openai-chat', { messages: many(says('user', 'a')) }],
  ['parts of one message', 'openai-chat', { messages: [says('user', many({ type: 'text', text: 'a' }))] }],
  ['messages', 'ollama-chat', { messages: many(says('user', 'a')) }],
  ['messages', 'anthropic-messages', { messages: many(says('user', 'a')) }],
  ['parts of one message', 'anthropic-messages', { messages: [says('user', many({ type: 'text', text: 'a' }))] }],
  ['items', 'openai-responses', { input: many(says('user', 'a')) }],
  ['parts of one item', 'openai-responses', { input: [says('user', many({ type: 'input_text', text: 'a' }))] }],
  ['parts of one output', 'openai-responses', { input: [output(many({ type: 'input_text', text: 'a' }))] }],
  ['prompts', 'openai-completions', { prompt: many('a') }],
]

function output(parts: unknown): object {
  return { type: 'function_call_output', call_id: 'c', output: parts }
}

function stepsOf<T>(steps: Steps<T>): { count: number; value: T } {
  for (let count = 1; ; count++) {
    const { done, value } = steps.next()
    if (done) return { count, value }
  }
}

describe('a request of very many elements', () => {
  test.each(BODIES)('is read in steps: %s (%s)', (_, name, body) => {
    const bytes = Buffer.from(JSON.stringify(body))
    const dialect = dialectByName(name)
    const { count, value } = stepsOf(readingBody(bytes, dialect))
    expect(count).toBeGreaterThan(COUNT / IN_A_STEP)
    const { tape, facts } = readBody(bytes, dialect)!
    expect(value?.facts).toEqual(facts)
    expect(facts.billed).toHaveLength(COUNT)
    if (dialect.prefix !== undefined) expect(value?.prefix).toEqual(stepsOf(dialect.prefix(tape)).value)
  })

  test.each(['openai-chat', 'anthropic-messages', 'openai-responses'] as const)(
    'has its prefix in steps: %s',
    (name) => {
      const list = name === 'openai-responses' ? 'input' : 'messages'
      const { tape, dialect } = readBody(
        Buffer.from(JSON.stringify({ [list]: many(says('user', 'a')) })),
        dialectByName(name),
      )!
      const { count, value } = stepsOf(dialect.prefix!(tape))
      expect(count).toBeGreaterThan(COUNT / IN_A_STEP)
      expect(value.parts).toHaveLength(COUNT)
    },
  )

  test('shows its failed results in steps', () => {
    const tape = scanJson(Buffer.from(JSON.stringify({ messages: many(says('tool', 'Error: no')) })))!
    const { count, value } = stepsOf(failedResults(tape))
    expect(count).toBeGreaterThan(COUNT / IN_A_STEP)
    expect(value).toHaveLength(COUNT)
  })
})

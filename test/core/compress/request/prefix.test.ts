import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CompressionSettings, compressRequest } from '../../../../src/core/compress/index.ts'
import type { TokenCounter } from '../../../../src/core/tokenizer/index.ts'
import { assertProperty } from '../../../support/assert-property.ts'
import { corpus } from '../../../support/corpus.ts'
import { approximateCounter, exactCounter } from '../../../support/counters.ts'
import { jsonText, nearJson } from '../../../support/json-text.ts'
import { enforce, readChat } from '../requests.ts'

interface Message {
  readonly role: string
  readonly content?: unknown
}

/** The messages of a request as they are sent, without the end of their array. */
function forwarded(messages: readonly Message[], settings: CompressionSettings, counter: TokenCounter): string {
  const body = `{"model":"gpt-4o","messages":${JSON.stringify(messages)}}`
  const { body: sent, report } = compressRequest(readChat(body), settings, counter)
  expect(report.tokens!.saved).toBeGreaterThanOrEqual(0)
  expect(report.outcome).not.toBe('failopen')
  return Buffer.from(sent).toString().slice(0, -']}'.length)
}

/** Every turn's messages extend those of the turn before, byte for byte. */
function expectStable(messages: readonly Message[], counter: TokenCounter): void {
  const settings: CompressionSettings = { ...enforce, userText: 'Observations' }
  let before = ''
  for (const [i, message] of messages.entries()) {
    if (message.role !== 'assistant' || i === 0) continue
    const sent = forwarded(messages.slice(0, i), settings, counter)
    expect(sent.startsWith(before)).toBe(true)
    before = sent
  }
}

const result = fc.oneof(
  nearJson,
  fc.tuple(jsonText, fc.integer({ min: 1, max: 9 })).map(([text, times]) => `${text}\n`.repeat(times)),
  fc.constant('\u001b[31mred\u001b[0m\n'.repeat(5)),
)

const turn = fc
  .tuple(fc.string(), fc.array(result, { maxLength: 3 }), fc.option(result))
  .map(([answer, results, user]): Message[] => [
    { role: 'assistant', content: answer },
    ...results.map((content, i) => ({ role: 'tool', tool_call_id: `${i}`, content })),
    ...(user === null ? [] : [{ role: 'user', content: user }]),
  ])

describe('the prefix', () => {
  test.each([
    ['exact', exactCounter],
    ['approximate', approximateCounter],
  ])('of any session holds from turn to turn, counted by an %s counter', (_name, counter) => {
    assertProperty(
      fc.property(fc.string(), fc.array(turn, { maxLength: 6 }), (question, turns) => {
        expectStable(
          [{ role: 'user', content: question }, ...turns.flat(), { role: 'assistant', content: '' }],
          counter,
        )
      }),
    )
  })

  test.for(['tau-bench-airline.jsonl', 'holmesgpt-sessions.jsonl', 'swe-agent-demos.jsonl'])(
    'of recorded sessions of %s holds, and no request grows',
    (name, ctx) => {
      const { file, reason } = corpus(name)
      if (file === undefined) return ctx.skip(reason)
      for (const line of readFileSync(file, 'utf8').split('\n').slice(0, 10)) {
        if (line !== '') expectStable((JSON.parse(line) as { messages: Message[] }).messages, exactCounter)
      }
    },
  )
})

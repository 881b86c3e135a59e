/** Inputs that cost time in proportion to their size, or more: what a hostile, or an unusual, peer may send. */

import { hostileTexts } from '../../support/hostile-text.ts'

export interface Input {
  readonly name: string
  readonly port: 'data' | 'admin'
  readonly path: string
  readonly body: Buffer
  /** How many are sent at a time. */
  readonly parallel: number
}

const MB = 1024 * 1024
const CHAT = '/v1/chat/completions'

/** All inputs, each made when it is needed: together they would fill the memory. */
export function* inputs(): Generator<Input, void> {
  for (const [name, text] of longTexts()) yield chat(name, text)
  yield raw(
    'request of nested JSON, 15 MB',
    `{"model":"gpt-4o","messages":[{"role":"user","content":${nested(15 * MB)}}]}`,
  )
  yield raw(
    'request of a million values',
    `{"model":"gpt-4o","messages":[${'{"role":"user","content":"a"},'.repeat(200_000)}{}]}`,
  )
  for (const [name, text] of hostileTexts(MB)) yield chat(`1 MB in results: ${name}`, ...slices(text, 200 * 1024))
  for (const reply of ['nested', 'flat', 'chunks', 'event'])
    yield { ...chat(`reply: ${reply}`, 'hello'), path: `${CHAT}?reply=${reply}` }
  for (const [name, text] of longTexts()) {
    yield {
      name: `/preview: ${name}`,
      port: 'admin',
      path: '/preview',
      body: Buffer.from(JSON.stringify({ sample: text.slice(0, 0.9 * MB) })),
      parallel: 1,
    }
  }
  yield {
    ...raw('/preview: nested, 0.9 MB', JSON.stringify({ sample: nested(0.9 * MB) })),
    port: 'admin',
    path: '/preview',
  }
  for (const [name, text] of longTexts()) yield { ...chat(`/v1/compress: ${name}`, text), path: '/v1/compress' }
  yield { ...raw('100 parallel bodies of 1 MB', megabyteOfLogs().toString()), parallel: 100 }
  yield { ...chat('/v1/messages/count_tokens, 4 MB base64', base64(4 * MB)), path: '/v1/messages/count_tokens' }
  yield {
    ...raw(
      'a batch of 8 MB',
      `{"requests":[${Array.from({ length: 40 }, (_, n) => `{"custom_id":"${n}","params":${bodyOf([base64(200 * 1024)])}}`).join()}]}`,
    ),
    path: '/v1/messages/batches',
  }
}

/** An agent's turn with five results of 200 KB. */
export function megabyteOfLogs(): Buffer {
  return Buffer.from(bodyOf(slices(logOf(MB), 200 * 1024)))
}

function* longTexts(): Generator<[name: string, text: string], void> {
  yield ['4 MB base64', base64(4 * MB)]
  yield ['4 MB =', '='.repeat(4 * MB)]
  yield ['15 MB a', 'a'.repeat(15 * MB)]
  yield ['8.6 MB words', 'The quick brown fox jumps over the lazy dog. '.repeat((8.6 * MB) / 45)]
  yield ['5 M random Unicode letters', unicode(5_000_000)]
  yield ['0.9 MB nested', nested(0.9 * MB)]
}

function chat(name: string, ...results: string[]): Input {
  return raw(name, bodyOf(results))
}

function raw(name: string, body: string): Input {
  return { name, port: 'data', path: CHAT, body: Buffer.from(body), parallel: 1 }
}

/** An agent's turn with these results. */
function bodyOf(results: readonly string[]): string {
  const calls = results.map((_, n) => ({ id: `c${n}`, type: 'function', function: { name: 'run', arguments: '{}' } }))
  const answers = results.map((content, n) => ({ role: 'tool', tool_call_id: `c${n}`, content }))
  const messages = [
    { role: 'user', content: 'Look.' },
    { role: 'assistant', content: null, tool_calls: calls },
    ...answers,
  ]
  return JSON.stringify({ model: 'gpt-4o', max_tokens: 9, messages })
}

function slices(text: string, units: number): string[] {
  // Each is another text, however uniform the whole is: results of equal texts are remembered.
  return Array.from({ length: Math.ceil(text.length / units) }, (_, n) => text.slice(n * units, (n + 1) * units - n))
}

export function nested(length: number): string {
  return '['.repeat(length / 2) + ']'.repeat(length / 2)
}

function logOf(length: number): string {
  let text = ''
  for (let n = 0; text.length < length; n++)
    text += `2026-01-01T00:00:${n % 60} INFO worker-${n % 7} handled request ${n * 7919} in ${n % 997} ms\n`
  return text
}

/** A linear congruential generator: the same bytes in every run. */
function* numbers(): Generator<number, never> {
  let state = 42
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state >>> 8
  }
}

function base64(length: number): string {
  const random = numbers()
  return Buffer.from(Uint8Array.from({ length: (length * 3) / 4 }, () => random.next().value & 0xff)).toString('base64')
}

function unicode(letters: number): string {
  const random = numbers()
  const units = Uint16Array.from({ length: letters }, () => 0x20 + (random.next().value % 0xd000))
  return Buffer.from(units.buffer).toString('utf16le')
}

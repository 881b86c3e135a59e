import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { findLosses } from './budget.ts'
import { differencesOf } from './differences.ts'
import { type Facts, factsOf, lineText, seriesOf, spanText } from './facts.ts'
import { readOptions } from './options.ts'
import { readSpans } from './otlp.ts'
import type { Observed } from './side.ts'
import { traffic } from './traffic.ts'

const HEADERS = [
  ['content-type', 'application/json'],
  ['Date', 'Mon, 30 Nov 2026 08:00:00 GMT'],
  ['x-m2m-call', 'call-1'],
] as const

function observed(changes: { readonly body?: string; readonly sent?: string; readonly port?: number } = {}): Facts {
  const { body = '{"ok":true}', sent = '{"a":1}', port = 9001 } = changes
  const play: Observed = {
    received: [
      {
        method: 'POST',
        path: '/v1/chat/completions',
        headers: [['host', `127.0.0.1:${port}`]],
        body: Buffer.from(sent),
      },
    ],
    reply: { status: 200, headers: HEADERS, body: Buffer.from(body), ending: 'end' },
  }
  return factsOf(play, { model: port })
}

describe('two sides', () => {
  test('that did the same on other ports do not differ', () => {
    const both = { base: observed(), current: observed({ port: 9002 }) }
    expect(differencesOf('a call', both, undefined)).toEqual({ differences: [], losses: [] })
  })

  test.each([
    ['a byte of the reply', { body: '{"ok":true} ' }, 'reply: body'],
    ['a byte of the request', { sent: '{"a": 1}' }, 'request 1: body'],
  ])('that differ in %s are told apart, with the place', (_name, change, what) => {
    const { differences } = differencesOf('a call', { base: observed(), current: observed(change) }, undefined)
    expect(differences).toHaveLength(1)
    expect(differences[0]).toMatchObject({ exchange: 'a call', what })
  })

  test('differ where one of them sends a request once more', () => {
    const base = observed()
    const current = new Map([...base, ['number of requests', '2']])
    const { differences } = differencesOf('a call', { base, current }, undefined)
    expect(differences).toEqual([{ exchange: 'a call', what: 'number of requests', base: '"1"', current: '"2"' }])
  })
})

describe('a result that is sent longer', () => {
  const original = Array.from({ length: 90 }, (_, n) => `{"id": ${n}, "name": "node-${n}", "zone": "b"}`).join('\n')
  const short = original.replaceAll('"zone": "b"', '')
  const request = (content: string, model = 'gpt-4o'): string => JSON.stringify({ model, messages: [{ content }] })

  test('is a loss, with its tokens', () => {
    const losses = findLosses(Buffer.from(request(original)), { base: request(short), current: request(original) })
    expect(losses).toMatchObject([{ path: '/messages/0/content', characters: original.length }])
    const { tokens } = losses?.[0] ?? {}
    expect(tokens?.current).toBe(tokens?.original)
    expect(tokens?.base).toBeLessThan(tokens?.current ?? 0)
  })

  test.each([
    ['a result that is sent shorter', request(original), request(short)],
    ['a result that is longer than it came', request(short), request(`${original}\nmore`)],
    ['another difference beside it', request(short), request(original, 'gpt-5')],
    ['a body that is no JSON', request(short), request(original).slice(1)],
  ])('%s is none', (_name, base, current) => {
    expect(findLosses(Buffer.from(request(original)), { base, current })).toBeUndefined()
  })

  test('explains the figures that follow from it, and no other difference of its call', () => {
    const base = new Map([...observed({ sent: request(short) }), ['reply: headers', 'x-m2m-tokens-saved: 9\na: 1']])
    const facts = (a: number): Facts =>
      new Map([...observed({ sent: request(original) }), ['reply: headers', `x-m2m-tokens-saved: 0\na: ${a}`]])
    const sent = Buffer.from(request(original))
    expect(differencesOf('a call', { base, current: facts(1) }, sent).differences).toEqual([])
    expect(differencesOf('a call', { base, current: facts(2) }, sent).differences).toMatchObject([
      { what: 'reply: headers' },
    ])
  })
})

test('a log line is compared by its fields in their order, without times, ids and places in the code', () => {
  const line = {
    time: 'now',
    call: 'c',
    status: 200,
    err: { stack: 'Error: no\n    at f (file:///a.js:1:2)' },
    ms: 1.5,
  }
  expect(lineText(line, {})).toBe('time: "<>"\ncall: "<>"\nstatus: 200\nerr: {"stack":"Error: no"}\nms: "<>"')
})

test('series are compared by their values, times left out', () => {
  const text = '# HELP a b\nm2m_requests_total{model="a b"} 3\nm2m_added_duration_seconds_sum 0.25\n'
  expect([...seriesOf(text, {})]).toEqual([['m2m_requests_total{model="a b"}', '3']])
})

test('a span is read from protobuf with its attributes', () => {
  const field = (number: number, bytes: Uint8Array): Buffer =>
    Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes])
  const integer = Buffer.from([(3 << 3) | 0, 0xac, 0x02])
  const attribute = Buffer.concat([field(1, Buffer.from('m2m.tokens.saved')), field(2, integer)])
  const span = Buffer.concat([field(1, Buffer.alloc(16, 0xab)), field(5, Buffer.from('chat')), field(9, attribute)])
  expect(readSpans(field(1, field(2, field(2, span))))).toEqual([
    { traceId: 'ab'.repeat(16), name: 'chat', attributes: { 'm2m.tokens.saved': 300 }, status: 0 },
  ])
})

test('the traffic is the same each time, and a sample of it ends with all unusual calls', () => {
  const names = (every: number): string[] => [...traffic({ folders: [], every })].map(({ name }) => name)
  expect(names(1)).toEqual(names(1))
  expect(new Set(names(1)).size).toBe(names(1).length)
  expect(names(50).length).toBeLessThan(names(1).length)
  expect(names(50).slice(-140)).toEqual(names(1).slice(-140))
})

test.each([
  [[], {}, 'BASE=REV is missing'],
  [['--variants', 'fast'], { BASE: 'main' }, '--variants: "fast" is not one of safe, balanced'],
  [['--every', '0'], { BASE: 'main' }, '--every takes a whole number from 1 on'],
])('%j is answered with the mistake and the help', (args, env, mistake) => {
  const options = readOptions(args, env)
  expect(options).toMatchObject({ exitCode: 2 })
  expect('text' in options && options.text).toContain(mistake)
})

test('spans of two engine versions do not differ in the revision of the policy, which holds the version', () => {
  const span = (revision: string, model: string): string =>
    spanText({ traceId: '', name: 'chat', status: 0, attributes: { 'm2m.policy.revision': revision, model } }, {})
  expect(span('55f9e352', 'a')).toBe(span('bde15400', 'a'))
  expect(span('55f9e352', 'a')).not.toBe(span('55f9e352', 'b'))
})

test('a revision that does not exist is named in one line, with what to write', () => {
  const env = { BASE: 'no-such', M2M_CORPUS: '.', PATH: process.env['PATH'] }
  const run = spawnSync(process.execPath, ['test/bench/same-bytes/main.ts'], { env })
  expect(run.stderr.toString()).toContain('BASE=no-such: no such revision in this repository; ')
  expect(run.stderr.toString()).not.toContain('    at ')
  expect(run.status).toBe(2)
})

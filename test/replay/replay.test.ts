import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { settingsOf } from '../../src/cli/options/engine-settings.ts'
import { vocabularies } from '../../src/cli/vocabularies.ts'
import { isSound, listSets, type ReplayResult, replayCorpus, type SetResult } from '../../src/replay/index.ts'
import { corpus } from '../support/corpus.ts'

const folder = mkdtempSync(join(tmpdir(), 'replay-'))
afterAll(() => rmSync(folder, { recursive: true }))

const TOOLS = [{ type: 'function', function: { name: 'list_orders', parameters: { type: 'object' } } }]
const ORDERS = JSON.stringify(
  { orders: Array.from({ length: 12 }, (_, id) => ({ id, state: 'packed', total: 10.5 })) },
  null,
  1,
)
const CALL = { id: 'call_1', type: 'function', function: { name: 'list_orders', arguments: '{}' } }

const SESSION = {
  tools: TOOLS,
  messages: [
    { role: 'system', content: 'You help with orders.' },
    { role: 'user', content: 'Which orders are packed?' },
    { role: 'assistant', content: null, tool_calls: [CALL] },
    { role: 'tool', tool_call_id: 'call_1', content: ORDERS },
    { role: 'assistant', content: 'All twelve.' },
    { role: 'user', content: 'Thank you.' },
  ],
}

function write(name: string, rows: readonly unknown[]): void {
  writeFileSync(join(folder, name), rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'))
}

function run(names: readonly string[], limit?: number): ReplayResult {
  const sets = listSets(folder).filter(({ name }) => names.includes(name))
  return replayCorpus(sets, { settings: settingsOf({}), vocabularies, ...(limit === undefined ? {} : { limit }) })
}

describe('a corpus', () => {
  write('orders.jsonl', [SESSION, SESSION])
  write('opens-itself.jsonl', [
    { messages: [{ role: 'assistant', content: 'Hello!' }, ...SESSION.messages.slice(1, 3)] },
  ])
  write('outputs.jsonl', [
    { name: 'orders.json', text: ORDERS },
    { name: 'note.txt', text: 'All is well.' },
    { name: 'empty.txt', text: '' },
  ])
  write('calls.jsonl', [
    { uri: 'https://api.openai.com/v1/chat/completions?x=1', body: { model: 'gpt-4o', messages: [] }, usage: {} },
    { uri: 'https://host.example/anthropic/v1/messages', body: { model: 'claude-sonnet-5', messages: [] }, usage: {} },
    { uri: 'http://gateway/ollama/api/chat', dialect: 'ollama-chat', body: { model: 'm', messages: [] }, usage: {} },
    { uri: 'https://api.example.com/v2/chat', body: { messages: [] }, usage: {} },
    { uri: 'https://api.openai.com/v1/chat/completions', body: { model: 'gpt-4o' }, usage: {} },
  ])
  write('odd.jsonl', [{ name: 'F1', v: 1 }, '{"broken', '[]', '', { name: 'F2', v: 2 }])
  write('notes.txt', ['not a set'])

  test('is the *.jsonl files of a folder, in the order of their names', () => {
    expect(listSets(folder).map(({ name }) => name)).toEqual(['calls', 'odd', 'opens-itself', 'orders', 'outputs'])
  })

  test('that does not exist is named, with the flag to name another', () => {
    expect(() => listSets(join(folder, 'nowhere'))).toThrow(
      expect.objectContaining({ code: 'CORPUS_MISSING', message: expect.stringMatching(/nowhere.*--corpus DIR/) }),
    )
    expect(() => listSets(import.meta.dirname)).toThrow(/no \*\.jsonl file/)
  })

  test('replays a session as its agent sent it: one request before each answer', () => {
    const [set] = run(['orders']).sets
    expect(set).toMatchObject({
      name: 'orders',
      sessions: 2,
      requests: 4,
      larger: 0,
      failed_decodes: 0,
      prefix_breaks: 0,
    })
    const count = (text: string): number => vocabularies.get('o200k_base').count(text)
    const opening =
      count('You help with orders.') + count('Which orders are packed?') + 0.62 * count(JSON.stringify(TOOLS))
    const turn = opening + count('list_orders') + count('{}') + count(ORDERS)
    expect(set?.tokens_before).toBe(Math.round(2 * (opening + turn)))
    expect(set?.tokens_after).toBeLessThan(set!.tokens_before)
    expect(Object.values(set?.techniques ?? {})).toHaveLength(1)
  })

  test('sends no request before a first message of the assistant', () => {
    expect(run(['opens-itself']).sets).toMatchObject([{ sessions: 1, requests: 1 }])
  })

  test('weighs a long tool output by no more than 2,000 tokens', () => {
    const [set] = run(['outputs']).sets
    expect(set).toMatchObject({ sessions: 3, requests: 3 })
    expect(set?.saved_percent_capped).toBe(set?.saved_percent)
    write('long.jsonl', [
      { name: 'long.json', text: JSON.stringify(Array.from({ length: 999 }, (_, id) => ({ id, state: 'packed' }))) },
      { name: 'plain.txt', text: 'plain words '.repeat(500) },
    ])
    const [long] = run(['long']).sets
    // Both rows have over 1,000 tokens; without the cap, the long one would dominate.
    expect(long?.saved_percent_capped).toBeLessThan(long!.saved_percent)
    expect(long?.saved_percent_capped).toBeGreaterThan(0)
  })

  test('skips rows that cannot be replayed, with their number and reason', () => {
    expect(run(['calls', 'odd'])).toMatchObject({
      sets: [{ name: 'calls', sessions: 3, requests: 3 }],
      skipped: [
        { set: 'calls', rows: 1, reason: 'calls of an API that M2M does not support' },
        { set: 'calls', rows: 1, reason: 'bodies that are not of dialect openai-chat' },
        { set: 'odd', rows: 2, reason: 'unknown rows: {name, v}' },
        { set: 'odd', rows: 2, reason: 'unknown rows: not a JSON object' },
      ],
    })
  })

  test('is replayed with every requested profile', () => {
    const sets = listSets(folder).filter(({ name }) => name === 'orders')
    const result = replayCorpus(sets, { settings: settingsOf({}), vocabularies, profiles: ['Safe', 'Balanced'] })
    expect(result.sets.map(({ name, profile }) => [name, profile])).toEqual([
      ['orders', 'Safe'],
      ['orders', 'Balanced'],
    ])
    expect(new Set(result.sets.map(({ tokens_before }) => tokens_before)).size).toBe(1)
  })

  test('is replayed once more with Observations where they hold the tool output', () => {
    const [system, user, , result, , thanks] = SESSION.messages
    const answer = { role: 'assistant', content: 'Let me see.' }
    const observation = { role: 'user', content: result?.content }
    write('told.jsonl', [{ messages: [system, user, answer, observation, answer, thanks] }])
    // A single call is not a session: user text after an answer is not always tool output.
    const body = { model: 'gpt-4o', messages: [user, answer, observation] }
    write('asked.jsonl', [{ uri: 'https://api.openai.com/v1/chat/completions', body, usage: {} }])
    const names = ['asked', 'orders', 'told', 'calls', 'odd']
    const sets = listSets(folder).filter(({ name }) => names.includes(name))
    const replayed = replayCorpus(sets, { settings: settingsOf({}), vocabularies, withObservations: true })
    expect(replayed.sets.map(({ name, user_text }) => `${name} ${user_text}`)).toEqual([
      'asked Never',
      'calls Never',
      'orders Never',
      'told Never',
      'told Observations',
    ])
    expect(replayed.sets[3]?.saved_percent).toBe(0)
    expect(replayed.sets[4]?.saved_percent).toBeGreaterThan(0)
    expect(replayed.skipped.filter(({ set }) => set === 'odd')).toHaveLength(2)
  })

  test('costs what its sessions cost under the prompt caches, and only where it holds sessions', () => {
    const sets = listSets(folder).filter(({ name }) => ['orders', 'outputs'].includes(name))
    const options = { settings: settingsOf({}), vocabularies }
    const [orders, outputs] = replayCorpus(sets, { ...options, withCosts: true }).sets
    // Too short for the cache: all input costs its full price.
    for (const { unmarked, as_sent } of Object.values(orders?.cost ?? {})) {
      expect(unmarked / orders!.tokens_before).toBeCloseTo(1, 1)
      expect(as_sent).toBe(unmarked)
    }
    for (const { before, after, sessions_above } of Object.values(orders?.compression_cost ?? {})) {
      expect([after < before, sessions_above]).toEqual([true, 0])
    }
    expect([Object.keys(orders?.cost ?? {}).length, Object.keys(orders?.compression_cost ?? {}).length]).toEqual([8, 3])
    expect([outputs?.cost, outputs?.compression_cost]).toEqual([undefined, undefined])
    expect(replayCorpus(sets, options).sets[0]?.cost).toBeUndefined()
  })

  test.each([
    { messages: [{ role: 'user', content: [null, { type: 'text', text: 5 }] }, { role: 'assistant' }] },
    { messages: [{ role: 'user', content: 'x' }, { role: 'assistant', tool_calls: [null] }, { role: 'assistant' }] },
    { messages: [{ role: 'user', content: 'x' }, { role: 'assistant' }], tools: [null] },
  ])('replays a session of another form, %#, and counts it as one without costs', (session) => {
    write('other.jsonl', [session, SESSION])
    const sets = listSets(folder).filter(({ name }) => name === 'other')
    const steps: string[] = []
    const { sets: results, skipped } = replayCorpus(sets, {
      settings: settingsOf({}),
      vocabularies,
      withCosts: true,
      onProgress: ({ contender, row, rows }) => steps.push(`${contender} ${row}/${rows}`),
    })
    expect(results).toMatchObject([{ sessions: 2, cost: {}, compression_cost: {} }])
    expect(skipped).toEqual([{ set: 'other', rows: 1, reason: 'no cost: sessions that are not plain OpenAI chat' }])
    expect(steps).toEqual(
      ['prompt cache', 'Safe', 'Safe, prompt cache'].flatMap((contender) => [`${contender} 1/2`, `${contender} 2/2`]),
    )
  })

  test('may be cut to its first rows', () => {
    expect(run(['orders', 'outputs'], 1).sets.map(({ sessions }) => sessions)).toEqual([1, 1])
  })
})

test('a set is sound only when it keeps every promise, its sessions’ cost included', () => {
  const [set] = run(['orders']).sets
  const dearer = { before: 100, after: 90, worst_session: 1.01, sessions_above: 1, unmarked: 100, with_keeper: 20 }
  const with_ = (change: Partial<SetResult>): boolean => isSound({ ...set!, ...change })
  expect(with_({})).toBe(true)
  for (const name of ['larger', 'failed_decodes', 'prefix_breaks', 'failopen']) expect(with_({ [name]: 1 })).toBe(false)
  expect(with_({ compression_cost: { anthropic: { ...dearer, worst_session: 1, sessions_above: 0 } } })).toBe(true)
  expect(with_({ compression_cost: { anthropic: dearer } })).toBe(false)
  expect(with_({ compression_cost: { 'openai-breakpoint': dearer } })).toBe(false)
  // A cache that reads in steps: the promise is about the total.
  expect(with_({ compression_cost: { 'openai-implicit': dearer } })).toBe(true)
  expect(with_({ compression_cost: { 'openai-implicit': { ...dearer, after: 101 } } })).toBe(false)
})

test('every promise holds on the recorded corpus', (ctx) => {
  const { file, reason } = corpus('.')
  if (file === undefined) return ctx.skip(reason)
  const { sets } = replayCorpus(listSets(file), {
    settings: settingsOf({ 'user-text': 'Observations' }),
    vocabularies,
    limit: 20,
  })
  expect(sets.length).toBeGreaterThan(0)
  for (const set of sets) expect(isSound(set), JSON.stringify(set)).toBe(true)
})

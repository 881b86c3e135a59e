import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { settingsOf } from '../../src/cli/options/engine-settings.ts'
import { vocabularies } from '../../src/cli/vocabularies.ts'
import {
  EVAL_DIALECTS,
  type EvalOptions,
  type EvalResult,
  evaluate,
  loadYardsticks,
  type Plan,
  requestsOf,
  requestWith,
} from '../../src/eval/index.ts'
import { type Mock, startMock } from '../../src/mock/index.ts'
import { listSets } from '../../src/replay/index.ts'
import { reader } from './reader.ts'
import { LOG, TABLES, YAML } from './samples.ts'

const folder = mkdtempSync(join(tmpdir(), 'eval-'))
afterAll(() => rmSync(folder, { recursive: true }))

const ROOMS = TABLES['a JSON list'] ?? ''
const CELLS = JSON.stringify(
  Array.from({ length: 9 }, (_, id) => ({ cell: `c-${id}9`, load: id * 11 + 0.5, state: 'warm' })),
  null,
  2,
)

let mock: Mock
let plans: Plan[]
beforeEach(async () => {
  mock = await startMock()
  plans = []
})
afterEach(() => mock.close())

function run(texts: readonly string[], more: Partial<EvalOptions> = {}): Promise<EvalResult> {
  return evaluate({
    sources: texts.map((text, at) => requestWith(`output-${at}`, text)),
    profiles: ['Safe'],
    yardsticks: [],
    settings: settingsOf({}),
    vocabularies,
    dialect: EVAL_DIALECTS[0]!,
    endpoint: `${mock.url}/v1`,
    model: 'gpt-4o',
    key: undefined,
    questions: 8,
    seed: 1,
    maxCalls: 1000,
    thinking: 0,
    withUnchanged: false,
    withLost: false,
    stateFile: undefined,
    backoffMs: [1, 1],
    signal: new AbortController().signal,
    events: { onPlan: (plan) => plans.push(plan), onCall: () => {}, onWait: () => {} },
    ...more,
  })
}

function all(result: EvalResult, contender: string): EvalResult['rows'][number] | undefined {
  return result.rows.find((row) => row.contender === contender && row.group === 'all')
}

function prompts(): string[] {
  return mock.requests.map(({ json }) => (json as { messages: { content: string }[] }).messages[0]?.content ?? '')
}

describe('the same questions', () => {
  test('are asked about the original and about its form', async () => {
    mock.on('/chat/completions', reader([ROOMS]))
    const result = await run([ROOMS])
    expect(all(result, 'Safe')).toMatchObject({
      questions: 8,
      original_right: 8,
      form_right: 8,
      difference: 0,
      blocks: 1,
    })
    const asked = prompts()
    expect(asked).toHaveLength(16)
    const questions = asked.map((prompt) => prompt.split('\n\n').at(-1))
    expect(questions.slice(0, 8)).toEqual(questions.slice(8))
    // All questions of one text in a row, so that a prefix cache pays.
    expect(
      new Set(asked.slice(0, 8).map((prompt) => prompt.startsWith(`Tool result:\n\n${ROOMS}\n\nQuestion`))),
    ).toEqual(new Set([true]))
  })

  test('tell what a form loses, by technique, kind and task', async () => {
    mock.on('/chat/completions', reader([ROOMS, CELLS], { aboutForm: () => '^' }))
    const result = await run([ROOMS, CELLS], { withLost: true })
    const row = all(result, 'Safe')
    expect(row).toMatchObject({
      questions: 16,
      original_right: 16,
      form_right: 0,
      difference: -100,
      lost: 16,
      won: 0,
      blocks: 2,
    })
    expect(row?.p).toBeLessThan(0.001)
    expect(row?.tokens_after).toBeLessThan(row?.tokens_before ?? 0)
    const groups = (name: string): number =>
      result.rows.filter(({ group }) => group === name).reduce((sum, { questions }) => sum + questions, 0)
    expect([groups('technique'), groups('kind'), groups('task')]).toEqual([16, 16, 16])
    expect(result.lost).toHaveLength(16)
    expect(result.blocks.map(({ forms }) => forms['Safe']?.right)).toEqual([Array(8).fill(0), Array(8).fill(0)])
  })

  test('are asked once where two profiles send the same text', async () => {
    mock.on('/chat/completions', reader([LOG]))
    const result = await run([LOG], { profiles: ['Safe', 'Balanced'], withUnchanged: true })
    const texts = new Set(prompts().map((prompt) => prompt.slice(0, prompt.lastIndexOf('\n\n'))))
    expect(mock.requests).toHaveLength(8 * texts.size)
    expect(result.blocks[0]?.forms['Safe']?.right).toEqual(Array(8).fill(1))
  })

  test('refer to an earlier result where the form does', async () => {
    const file = `${YAML}\n${LOG}`
    const call = (id: string): object => ({
      role: 'assistant',
      content: null,
      tool_calls: [{ id, type: 'function', function: { name: 'run', arguments: '{}' } }],
    })
    const messages = [
      { role: 'user', content: 'go on' },
      call('call_a'),
      { role: 'tool', tool_call_id: 'call_a', content: file },
      call('call_b'),
      { role: 'tool', tool_call_id: 'call_b', content: `# second look\n${file}` },
      { role: 'assistant', content: 'done' },
    ]
    writeFileSync(join(folder, 'twice.jsonl'), JSON.stringify({ messages }))
    const sources = requestsOf(listSets(folder))
    const result = await run([], { sources, profiles: ['Balanced'] })
    const second = result.blocks.find(({ name }) => name.includes('messages[4]'))
    expect(second?.forms['Balanced']?.techniques).toContain('earlier-lines')
    const asked = prompts().filter((prompt) => prompt.includes('Last tool result:'))
    expect(asked).toHaveLength(16)
    expect(
      asked.every((prompt) => prompt.startsWith(`Tool result call_a:\n\n${file}\n\nLast tool result:\n\n# second`)),
    ).toBe(true)
  })

  test('are asked about yardsticks as well', async () => {
    mock.on('/chat/completions', reader([ROOMS], { aboutForm: (right) => (right.length > 5 ? 'no' : right) }))
    const yardsticks = await loadYardsticks(['csv', 'json', 'toon'])
    const result = await run([ROOMS, LOG], { yardsticks })
    expect(yardsticks.map(({ name }) => all(result, name)?.questions)).toEqual([8, 8, 8])
    expect(prompts().some((prompt) => prompt.includes('name,seats,floor\nAsh,7,ground\n'))).toBe(true)
    expect(prompts().some((prompt) => prompt.includes('{name,seats,floor}:\n  Ash,7,ground\n'))).toBe(true)
  })
})

describe('before the first call', () => {
  test('the calls and tokens are known', async () => {
    mock.on('/chat/completions', () => {
      expect(plans).toHaveLength(1)
      return undefined
    })
    await run([ROOMS])
    expect(plans[0]).toMatchObject({ calls: 16, answered: 0 })
    expect(plans[0]?.tokens).toBeGreaterThan(1000)
    expect(mock.requests).toHaveLength(16)
  })

  test('outputs without changes, without questions and beyond the calls are left out and counted', async () => {
    const result = await run([ROOMS, CELLS, YAML, 'done'], { maxCalls: 20 })
    expect(result.left_out).toEqual({ unchanged: 2, withoutQuestions: 0, beyondCalls: 1 })
    expect(mock.requests).toHaveLength(16)
  })

  test('nothing is asked about an output without a certain answer', async () => {
    const result = await run(['done', 'Bye.'], { withUnchanged: true })
    expect(result).toMatchObject({ rows: [], calls: 0, left_out: { withoutQuestions: 2 } })
    expect(result.failure).toBeUndefined()
    expect(mock.requests).toHaveLength(0)
  })
})

describe('the state file', () => {
  const stateFile = join(folder, 'state.jsonl')
  afterEach(() => rmSync(stateFile, { force: true }))

  test('saves every question that was answered before', async () => {
    const first = await run([ROOMS], { stateFile })
    const again = await run([ROOMS, CELLS], { stateFile })
    expect([first.calls, again.calls, again.answered]).toEqual([16, 16, 16])
    expect(all(again, 'Safe')?.questions).toBe(16)
    expect(statSync(stateFile).mode & 0o077).toBe(0)
  })

  test('may end in half a line', async () => {
    await run([ROOMS], { stateFile })
    truncateSync(stateFile, readFileSync(stateFile).length - 9)
    expect((await run([ROOMS], { stateFile })).calls).toBe(1)
    expect((await run([ROOMS], { stateFile })).calls).toBe(0)
  })

  test('does not answer for another model, endpoint or seed', async () => {
    await run([ROOMS], { stateFile })
    expect((await run([ROOMS], { stateFile, model: 'gpt-4.1' })).calls).toBe(16)
    expect((await run([ROOMS], { stateFile, endpoint: mock.url.replace('127.0.0.1', 'localhost') })).answered).toBe(0)
  })

  test('of another kind is refused, not overwritten', async () => {
    writeFileSync(stateFile, 'my notes\n')
    await expect(run([ROOMS], { stateFile })).rejects.toThrow(/cannot use the state file .*: it holds no answers/)
    expect(readFileSync(stateFile, 'utf8')).toBe('my notes\n')
  })
})

describe('what was measured is kept when', () => {
  test('the endpoint dies half-way', async () => {
    const read = reader([ROOMS, CELLS])
    mock.on('/chat/completions', (request) =>
      request.number > 20 ? { cut: { at: 'headers', how: 'reset' } } : read(request),
    )
    const result = await run([ROOMS, CELLS])
    expect(result.failure).toMatch(/^cannot reach /)
    expect(result.calls).toBe(20)
    expect(all(result, 'Safe')).toMatchObject({ blocks: 1, questions: 8, original_right: 8 })
    expect(mock.requests).toHaveLength(23)
  })

  test('it is interrupted', async () => {
    const interrupted = new AbortController()
    const read = reader([ROOMS])
    mock.on('/chat/completions', (request) => {
      if (request.number === 12) interrupted.abort()
      return request.number === 12 ? { pause: { at: 'headers' } } : read(request)
    })
    const result = await run([ROOMS], { signal: interrupted.signal })
    expect(result).toMatchObject({ failure: 'interrupted', calls: 11 })
    expect(all(result, 'Safe')?.questions).toBe(3)
  })

  test('some questions are refused', async () => {
    const read = reader([ROOMS, CELLS])
    mock.on('/chat/completions', (request) =>
      request.number === 3 ? { error: { status: 400, message: 'too long' } } : read(request),
    )
    const result = await run([ROOMS, CELLS])
    expect(result.failure).toBeUndefined()
    expect(Object.entries(result.refused)).toEqual([[expect.stringContaining('too long'), 1]])
    expect(all(result, 'Safe')?.questions).toBe(15)
  })

  test('every question is refused', async () => {
    mock.on('/chat/completions', { error: { status: 400, message: 'no such thing' } })
    const result = await run([ROOMS, CELLS])
    expect(result).toMatchObject({ calls: 0, rows: [], failure: expect.stringContaining('no such thing') })
    expect(mock.requests).toHaveLength(3)
  })
})

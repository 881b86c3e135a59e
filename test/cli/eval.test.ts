import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Mock, startMock } from '../../src/mock/index.ts'
import { reader } from '../eval/reader.ts'
import { LOG, TABLES } from '../eval/samples.ts'
import { type Ended, MAIN, runCli } from './run-cli.ts'

const ROOMS = TABLES['a JSON list'] ?? ''

let mock: Mock
let folder: string
let file: string
beforeEach(async () => {
  mock = await startMock()
  mock.on('/chat/completions', reader([ROOMS, LOG]))
  folder = mkdtempSync(join(tmpdir(), 'cli-eval-'))
  file = join(folder, 'rooms.json')
  writeFileSync(file, ROOMS)
})
afterEach(async () => {
  await mock.close()
  rmSync(folder, { recursive: true })
})

const NO_KEYS = { M2M_EVAL_API_KEY: '', OPENAI_API_KEY: '', ANTHROPIC_API_KEY: '' }

function argsFor(...more: string[]): string[] {
  return ['eval', file, '--endpoint', mock.url, '--model', 'gpt-4o', ...more]
}

function run(...more: string[]): Promise<Ended> {
  return runCli(argsFor(...more), { cwd: folder, env: NO_KEYS })
}

test('prints its size before the first call, then a table by profile, technique, kind and question', async () => {
  const ended = await run('--profile', 'Safe')
  expect(ended.stderr).toMatch(/^1 tool outputs: 16 calls with about [\d,]+ input tokens\n/)
  const text = ended.stdout.toString()
  expect(text).toMatch(
    /^form +blocks +questions +original right +form right +difference +95 % interval +lost \/ won +p +tokens before +after\n/,
  )
  expect(text).toMatch(/\nSafe, all +1 +8 +100\.0 % +100\.0 % +0\.0 +-\d+\.\d to \+\d+\.\d +0 \/ 0 +1\.00 +\d+ +\d+\n/)
  expect(text).toContain('\nSafe, technique: columnar-json')
  expect(text).toMatch(/\nSafe, kind: \w+/)
  expect(text).toMatch(/\nSafe, question: count +1 +\d/)
  expect(text).toMatch(/\n16 calls answered, 0 answers from before\n$/)
  expect(ended.code).toBe(0)
})

test('goes on from its state file, which is in the current folder', async () => {
  await run('--profile', 'Safe')
  expect(existsSync(join(folder, 'm2m-eval.jsonl'))).toBe(true)
  const again = await run('--profile', 'Safe')
  expect(again.stderr).toContain('0 calls with about 0 input tokens; 16 answers are in m2m-eval.jsonl')
  expect(mock.requests).toHaveLength(16)
  expect(again.stdout.toString()).toContain('Safe, all')
})

test('prints Markdown, or figures without a letter of the outputs', async () => {
  const markdown = (await run('--markdown')).stdout.toString()
  expect(markdown).toMatch(/^\| form \| blocks \| questions \|.*\n\| --- \| ---: \|/)
  const figures = JSON.parse((await run('--json')).stdout.toString())
  expect(figures).toMatchObject({ dialect: 'openai', model: 'gpt-4o', seed: 1, left_out: { unchanged: 0 } })
  expect(figures.rows[0]).toMatchObject({ contender: 'Safe', group: 'all', questions: 8, original_right: 8 })
  expect(JSON.stringify(figures)).not.toContain('Dogwood')
})

test('quotes lost questions only when it is told to', async () => {
  mock.on('/chat/completions', reader([ROOMS], { aboutForm: () => 'no idea' }))
  expect((await run()).stdout.toString()).not.toContain('no idea')
  expect((await run('--show-lost')).stdout.toString()).toMatch(
    /lost by Safe in .*: W[^\n]+\n {2}right: .+\n {2}given: no idea\n/,
  )
})

test('takes a corpus, and says what it leaves out', async () => {
  const row = (text: string): string => JSON.stringify({ name: 'tool', text })
  writeFileSync(join(folder, 'set.jsonl'), [row(ROOMS), row('done'), row('Wrote 3 files.'), row(ROOMS)].join('\n'))
  const args = ['eval', '--corpus', folder, '--endpoint', mock.url, '--model', 'gpt-4o', '--profile', 'Safe']
  const ended = await runCli(args, { cwd: folder, env: NO_KEYS })
  expect(ended.stdout.toString()).toContain('not asked: 2 outputs that no form changes (--unchanged asks)')
  expect(mock.requests).toHaveLength(16)
  const none = await runCli([...args, '--max-calls', '3', '--seed', '2'], { cwd: folder, env: NO_KEYS })
  expect(none.stdout.toString()).toContain(
    'not asked: 1 outputs beyond --max-calls: each needs its --questions once for',
  )
  expect(none.code).toBe(1)
})

test('a corpus without questions ends with a message, not with a table', async () => {
  writeFileSync(file, 'done')
  const ended = await run('--unchanged')
  expect(ended.stdout.toString()).toBe(
    'not asked: 1 outputs without a certain answer\n0 calls answered, 0 answers from before\n',
  )
  expect(ended.code).toBe(1)
})

test('a key that is missing or wrong ends the run at once', async () => {
  mock.on('/chat/completions', { error: { status: 401, message: 'bad key' } })
  const ended = await run()
  expect(ended.stdout.toString()).toContain(
    'ENDED EARLY: the endpoint wants a key (401: bad key); set M2M_EVAL_API_KEY or',
  )
  expect([ended.code, mock.requests.length]).toEqual([1, 1])
})

test('a missing key is named as such, and a key that the endpoint repeats is not shown', async () => {
  mock.on('/chat/completions', ({ headers }) => ({
    error: { status: 401, message: `no such key: ${headers['authorization']}\u001b[2J\nsee there` },
  }))
  expect((await run()).stdout.toString()).toContain(
    'the endpoint wants a key (401: no such key: undefined [2J see there)',
  )
  const { stdout } = await runCli(argsFor(), { cwd: folder, env: { ...NO_KEYS, M2M_EVAL_API_KEY: 'k-secret' } })
  expect(stdout.toString()).toContain('the endpoint refuses the key (401: no such key: Bearer (the key) [2J see there)')
})

test('a key may have a line end, and no other character that a header may not have', async () => {
  await runCli(argsFor('--questions', '1'), { cwd: folder, env: { ...NO_KEYS, M2M_EVAL_API_KEY: 'k-secret\n' } })
  expect(mock.requests[0]?.headers).toMatchObject({ authorization: 'Bearer k-secret' })
  const ended = await runCli(argsFor(), { cwd: folder, env: { ...NO_KEYS, OPENAI_API_KEY: 'k-\u201csecret' } })
  expect(ended.stderr).toContain('the key in OPENAI_API_KEY holds characters that no HTTP header may have')
  expect(ended.stderr).not.toContain('secret')
  expect(ended.code).toBe(2)
})

test('a state file that cannot be written is named before a call is paid', async () => {
  const ended = await run('--state', join(folder, 'none', 'answers.jsonl'))
  expect(ended.stderr).toContain('m2m: cannot use the state file')
  expect([ended.code, mock.requests.length]).toEqual([1, 0])
})

test('an end before the end says where the answers are', async () => {
  const read = reader([ROOMS])
  mock.on('/chat/completions', (request) =>
    request.number < 4 ? read(request) : { error: { status: 404, message: 'gone' } },
  )
  expect((await run()).stderr).toContain('the answers so far are in m2m-eval.jsonl: the same command goes on from them')
})

test('rows of a corpus that are no recordings are counted', async () => {
  writeFileSync(join(folder, 'set.jsonl'), '{"other": 1}\n{"other": 2}\n')
  const args = ['eval', '--corpus', folder, '--endpoint', mock.url, '--model', 'gpt-4o']
  const ended = await runCli(args, { cwd: folder, env: NO_KEYS })
  expect(ended.stderr).toContain('skipped in set: 2 (unknown rows: {other})\n')
  expect(ended.code).toBe(1)
})

test.each([
  ['openai', { M2M_EVAL_API_KEY: 'k-eval', OPENAI_API_KEY: 'k-openai' }, { authorization: 'Bearer k-eval' }],
  ['openai', { OPENAI_API_KEY: 'k-openai' }, { authorization: 'Bearer k-openai' }],
  ['anthropic', { ANTHROPIC_API_KEY: 'k-anthropic', OPENAI_API_KEY: 'k-openai' }, { 'x-api-key': 'k-anthropic' }],
])('the key of %s comes from the environment', async (dialect, env, headers) => {
  await runCli(argsFor('--dialect', dialect, '--questions', '1'), { cwd: folder, env: { ...NO_KEYS, ...env } })
  expect(mock.requests[0]?.headers).toMatchObject(headers)
})

test('a model that answers nonsense is named as such', async () => {
  mock.on('/chat/completions', { answer: { text: 'As a language model, I like pumps.' } })
  const ended = await run('--profile', 'Safe')
  expect(ended.stdout.toString()).toContain('right about the originals in 0 of 8 questions: such answers say little')
  expect(ended.code).toBe(0)
})

describe('what was answered is kept when the run is ended by', () => {
  async function endedBy(
    signal: NodeJS.Signals,
  ): Promise<{ child: ChildProcess; stdout: string; code: number | null }> {
    const read = reader([ROOMS])
    mock.on('/chat/completions', (request) => (request.number < 12 ? read(request) : { pause: { at: 'headers' } }))
    const child = spawn(process.execPath, [MAIN, ...argsFor('--profile', 'Safe')], {
      cwd: folder,
      env: { ...process.env, ...NO_KEYS },
    })
    let stdout = ''
    child.stdout.on('data', (bytes: Buffer) => {
      stdout += bytes
    })
    for (let requests = 0; requests < 12; requests++) await mock.nextRequest()
    child.kill(signal)
    const [code] = (await once(child, 'close')) as [number | null]
    return { child, stdout, code }
  }

  test('SIGINT, and printed', async () => {
    const { stdout, code } = await endedBy('SIGINT')
    expect(stdout).toMatch(/\nSafe, all +1 +3 /)
    expect(stdout).toContain('ENDED EARLY: interrupted; 11 calls answered')
    expect(code).toBe(1)
  })

  test('SIGKILL, and not asked again', async () => {
    await endedBy('SIGKILL')
    expect(readFileSync(join(folder, 'm2m-eval.jsonl'), 'utf8').trim().split('\n')).toHaveLength(11)
    mock.on('/chat/completions', reader([ROOMS]))
    const ended = await run('--profile', 'Safe')
    expect(ended.stdout.toString()).toContain('5 calls answered, 11 answers from before')
  })
})

describe('wrong use', () => {
  test.each([
    [[], /name FILEs that hold a tool output each, or a folder of recorded sessions/],
    [['a.txt', '--corpus', 'b'], /name FILEs that hold a tool output each/],
    [['a.txt', '--endpoint', 'http://127.0.0.1:9'], /--model NAME is needed/],
    [['a.txt', '--model', 'm'], /--endpoint URL is needed/],
    [['a.txt', '--model', 'm', '--endpoint', 'localhost:80'], /--endpoint takes a URL that begins with http/],
    [
      ['a.txt', '--model', 'm', '--endpoint', 'http://me:pw@127.0.0.1:9'],
      /--endpoint takes no user, password or query/,
    ],
    [
      ['a.txt', '--model', 'm', '--endpoint', 'http://127.0.0.1:9/v1?key=k'],
      /--endpoint takes no user, password or query/,
    ],
    [['a.txt', '--dialect', 'gemini'], /--dialect is one of openai, anthropic, ollama/],
    [['a.txt', '--json', '--markdown'], /--json and --markdown exclude each other/],
    [
      ['a.txt', '--model', 'm', '--endpoint', 'http://127.0.0.1:9', '--questions', '0'],
      /--questions takes a whole number/,
    ],
  ])('%j is answered with exit code 2', async (args, message) => {
    const ended = await runCli(['eval', ...args], { cwd: folder, env: NO_KEYS })
    expect(ended.stderr).toMatch(message)
    expect(ended.code).toBe(2)
  })

  test('a file that is not there is named', async () => {
    const ended = await runCli(['eval', 'none.txt', '--endpoint', mock.url, '--model', 'm'], { cwd: folder })
    expect(ended.stderr).toBe('m2m: cannot read none.txt: there is no such file or folder\n')
    expect(ended.code).toBe(1)
  })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { MAIN, runCli } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, content: string | Uint8Array): string {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}

const RESULT = JSON.stringify(
  Array.from({ length: 9 }, (_, id) => ({ id, state: 'ready', load: 1.0 })),
  null,
  2,
).replaceAll('"load": 1', '"load": 1.0')
const REQUEST = `{"model" : "gpt-4o", "seed": 12345678901234567890, "messages": [{"role": "user", "content": "hi"}, {"role": "tool", "tool_call_id": "a", "content": ${JSON.stringify(RESULT)}}]}\n`

describe('compress and decompress', () => {
  test('write the request that would be sent, every byte outside of the tool result kept, and bring its value back', async () => {
    const compressed = await runCli(['compress'], { stdin: REQUEST })
    expect(compressed.code).toBe(0)
    expect(compressed.stderr).toMatch(
      /^compressed: [\d,]+ -> [\d,]+ tokens, [\d.]+ % saved \(exact\)\n {2}1 of 1 block: /,
    )
    const sent = compressed.stdout.toString()
    const [head, tail] = REQUEST.split(JSON.stringify(RESULT)) as [string, string]
    expect(sent.startsWith(head)).toBe(true)
    expect(sent.endsWith(tail)).toBe(true)
    expect(sent.length).toBeLessThan(REQUEST.length)

    const back = await runCli(['decompress'], { stdin: sent })
    const minified = RESULT.replace(/\s/g, '')
    expect(back.stdout.toString()).toBe(head + JSON.stringify(minified) + tail)
  })

  test('carry the report beside the request, or in a file', async () => {
    const report = join(folder, 'report.json')
    const both = await runCli(['compress', '--json', '--report', report], { stdin: REQUEST })
    const whole = JSON.parse(both.stdout.toString())
    expect(whole.report).toMatchObject({
      dialect: 'openai-chat',
      model: 'gpt-4o',
      profile: 'Safe',
      outcome: 'compressed',
    })
    expect(JSON.parse(readFileSync(report, 'utf8'))).toEqual(whole.report)
    // Byte for byte, number lexemes included.
    expect(both.stdout.toString()).toContain('{"request":{"model" : "gpt-4o", "seed": 12345678901234567890,')

    const fromBoth = await runCli(['decompress'], { stdin: both.stdout })
    const body = await runCli(['compress'], { stdin: REQUEST })
    const fromFile = await runCli(['decompress', '--report', report], { stdin: body.stdout })
    expect(fromFile.stdout.toString().trim()).toBe(fromBoth.stdout.toString().trim())
    expect(JSON.parse(fromFile.stdout.toString()).messages[1].content).toBe(RESULT.replace(/\s/g, ''))
  })

  test('leave a request alone that has nothing to say shorter', async () => {
    const plain = '{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}'
    const ended = await runCli(['compress', write('plain.json', plain)])
    expect(ended.stdout.toString()).toBe(plain)
    expect(ended.stderr).toMatch(/^passthrough: /)
  })

  test.each([
    ['compress', [], '{"model": ', 'm2m: the input is not JSON\n'],
    [
      'compress',
      [],
      '[1, 2]',
      'm2m: the input is JSON, but not a request of any API that M2M supports; --dialect or ?dialect= names one\n',
    ],
    [
      'compress',
      ['--dialect', 'ollama-generate'],
      REQUEST,
      'm2m: the input is JSON, but not a request of the dialect ollama-generate\n',
    ],
    ['compress', ['no-such-file.json'], '', 'm2m: cannot read no-such-file.json: there is no such file or folder\n'],
    [
      'compress',
      ['--report', 'no-such-folder/report.json'],
      REQUEST,
      'm2m: cannot write no-such-folder/report.json: there is no such file or folder\n',
    ],
    ['decompress', [], 'nothing', 'm2m: the input is not JSON\n'],
    [
      'decompress',
      [],
      `{"request": ${REQUEST}, "report": {}}`,
      'm2m: the report in the input is not what compression reports: it has no list of changes\n',
    ],
  ])('%s %j fails with one clear message', async (command, args, stdin, message) => {
    const ended = await runCli([command, ...args], { stdin, cwd: folder })
    expect(ended.stderr).toBe(message)
    expect(ended.stdout.toString()).toBe('')
    expect(ended.code).toBe(1)
  })
})

describe('tokens', () => {
  test('counts a text', async () => {
    const ended = await runCli(['tokens'], { stdin: 'hello world' })
    expect(ended.stdout.toString()).toBe('2 tokens (gpt-4o: exact, o200k_base)\n')
  })

  test('counts a request as it is billed', async () => {
    const ended = await runCli(['tokens', '--request', '--model', 'claude-sonnet-5', '--json'], {
      stdin: '{"model": "gpt-4o", "messages": [{"role": "user", "content": "hello world"}]}',
    })
    expect(JSON.parse(ended.stdout.toString())).toEqual({
      tokens: 3,
      accuracy: 'heuristic',
      vocabulary: 'o200k_base',
      model: 'claude-sonnet-5',
    })
  })

  test('refuses what is not text', async () => {
    const ended = await runCli(['tokens', write('image.bin', Buffer.from([0xff, 0xfe, 0x00]))])
    expect(ended.stderr).toMatch(/image\.bin is not UTF-8 text/)
    expect(ended.code).toBe(1)
  })
})

describe('models', () => {
  test('lists them aligned, and for programs', async () => {
    const [table, json] = await Promise.all([runCli(['models']), runCli(['models', '--json'])])
    expect(table.stdout.toString()).toMatch(
      /^model +provider +family +counted +input +output +cache read +cache write +for longer +caches from +prices of +retired\n/,
    )
    const cards = JSON.parse(json.stdout.toString())
    const lines = table.stdout.toString().trim().split('\n')
    expect(lines).toHaveLength(cards.length + 1)
    expect(lines.find((line) => line.startsWith('claude-sonnet-5 '))).toMatch(
      / 2 +10 +0\.2 +2\.5 +4 +1,024 +\d{4}-\d{2}-\d{2} +-$/,
    )
    expect(lines.find((line) => line.startsWith('llama3.3 '))).toMatch(/heuristic +- +- +- +- +- +- +- +-$/)
  })

  test('tell all that is known of one, with its sources', async () => {
    const known = (await runCli(['models', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'])).stdout.toString()
    expect(known).toMatch(/^model +claude-sonnet-4-5, of anthropic, billed as the family claude-4\n/)
    expect(known).toMatch(
      /\ncontent +0\.99 x o200k_base: approx, \d+ billed calls, [\d.]+ % error on calls held out of the fit/,
    )
    expect(known).toMatch(
      /\nprices +USD per million tokens: input 3, output 15\nlong prompts +from 200,001 tokens on: input x 2, .*\ntiers .*\nplaces .*\n +\d{4}-\d\d-\d\d, /,
    )
    expect(known).toMatch(
      /\ncache +anthropic: prefixes from 1,024 tokens on, kept for 5 minutes, read at x 0\.1 of input, /,
    )
    expect(known).toMatch(/\nretired +its maker serves it until 2026-11-30\n/)
    const unknown = (await runCli(['models', 'llama3.2:3b'])).stdout.toString()
    expect(unknown).toMatch(/\nprices +not known\ncache +not known\n$/)
  })

  test('tells what a name is taken for', async () => {
    const ended = await runCli(['models', 'openai/gpt-4o-2024-08-06', '--json'])
    expect(JSON.parse(ended.stdout.toString())).toMatchObject({ name: 'gpt-4o', provider: 'openai' })
  })

  test('says when a name is nobody’s', async () => {
    const ended = await runCli(['models', 'gtp-4o'])
    expect(ended.stderr).toMatch(/^m2m: no model family is known for "gtp-4o" \(did you mean gpt-4o\?\)/)
    expect(ended.code).toBe(1)
  })

  test('end quietly when their reader goes', async () => {
    const child = spawn(process.execPath, [MAIN, 'models'], { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.destroy()
    let stderr = ''
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    const [code] = await once(child, 'close')
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })
})

test('demo plays the example session, shows that the model saw the same values, and ends by itself', async () => {
  const ended = await runCli(['demo'])
  const text = ended.stdout.toString()
  expect(text).toMatch(/\n {4}total +[\d,]+ +[\d,]+ +[1-9][\d.]+ %\n/)
  expect(text).toContain('same values: yes')
  expect(ended.stderr).toBe('')
  expect(ended.code).toBe(0)
})

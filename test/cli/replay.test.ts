import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runCli } from './run-cli.ts'

const examples = join(import.meta.dirname, '../../examples/sessions')
const folder = mkdtempSync(join(tmpdir(), 'cli-replay-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('prints the example session as a table', async () => {
  const ended = await runCli(['replay', '--corpus', examples])
  expect(ended.stdout.toString()).toMatch(
    /^set +sessions +requests +before +after +saved +larger +decode +prefix +p50 ms +p99 ms\n/,
  )
  expect(ended.stdout.toString()).toMatch(/\ncheckout-is-slow +1 +10 /)
  expect(ended.stdout.toString()).toContain('no request larger, every changed block decodes')
  expect(ended.stdout.toString()).toMatch(/\nopenai-breakpoint +1\.000 \(best [01]\.\d{3}, worst 1\.000\)/)
  expect(ended.stderr).toBe('')
  expect(ended.code).toBe(0)
})

test('prints its figures for programs', async () => {
  const ended = await runCli(['replay', '--corpus', examples, '--json'])
  const { sets, peers, skipped } = JSON.parse(ended.stdout.toString())
  expect(sets).toMatchObject([
    {
      name: 'checkout-is-slow',
      profile: 'Safe',
      user_text: 'Never',
      sessions: 1,
      requests: 10,
      larger: 0,
      failed_decodes: 0,
      prefix_breaks: 0,
    },
  ])
  expect(Object.keys(sets[0].techniques)).toContain('columnar-json')
  expect([peers, skipped]).toEqual([[], []])
  for (const cost of Object.values(sets[0].cost)) {
    expect(cost).toEqual(
      Object.fromEntries(
        ['unmarked', 'as_client', 'as_sent', 'best', 'worst_session'].map((name) => [name, expect.any(Number)]),
      ),
    )
  }
  expect(Object.keys(sets[0].cost)).toEqual(
    expect.arrayContaining(['anthropic', 'anthropic-explicit', 'openai-implicit', 'openai-breakpoint']),
  )
  expect(Object.keys(sets[0].compression_cost)).toEqual(['anthropic', 'openai-implicit', 'openai-breakpoint'])
})

test('puts profiles and peers side by side, in Markdown that a README takes as it is', async () => {
  writeFileSync(join(folder, 'odd.jsonl'), '{"name": "F1", "v": 1}')
  writeFileSync(
    join(folder, 'lists.jsonl'),
    JSON.stringify({ name: 'list.json', text: JSON.stringify(Array.from({ length: 40 }, (_, id) => ({ id }))) }),
  )
  const ended = await runCli([
    'replay',
    '--corpus',
    folder,
    '--profile',
    'all',
    '--peers',
    '--markdown',
    '--without-costs',
  ])
  const text = ended.stdout.toString()
  expect(text).toContain(
    '\n| set | requests | tokens | Safe | Balanced | Aggressive | @llmtrim/js safe | @llmtrim/js auto | @toon-format/toon | @tron-format/tron | JSON.stringify |\n',
  )
  expect(text).toMatch(/\n\| lists \| 1 \| \d+ \| [1-9][\d.]+ % \|/)
  expect(text).toMatch(/\n\| lists, each weighing at most 2,000 tokens \|/)
  expect(text).toMatch(/\n\| @llmtrim\/js safe \| \d+ \| no way back \|/)
  expect(text).toMatch(/\n\| @toon-format\/toon \| 0 \| 0 \| 0 \| 0 \|\n/)
  expect(text).toContain('\nskipped in odd: 1 (unknown rows: {name, v})')
  // Every row of a table has the cells of its head.
  const cells = (line: string): number => line.split(' | ').length
  for (const part of text.split('\n\n')) {
    const rows = part.split('\n').filter((line) => line.startsWith('|'))
    expect(new Set(rows.map(cells)).size).toBeLessThanOrEqual(1)
  }
  expect([ended.code, ended.stderr.toString()]).toEqual([0, ''])
})

test('aligns several profiles for a person', async () => {
  const ended = await runCli([
    'replay',
    '--corpus',
    examples,
    '--profile',
    'Safe',
    '--profile',
    'Balanced',
    '--without-costs',
  ])
  expect(ended.stdout.toString()).toMatch(/^Input tokens saved:\nset +requests +tokens +Safe +Balanced\n/)
  expect(ended.stdout.toString()).toContain('\nset               technique')
})

describe('wrong use', () => {
  test.each([
    [[], 2, /--corpus DIR is needed/],
    [['--corpus', 'nowhere'], 1, /cannot read the folder nowhere; --corpus DIR names a folder/],
    [
      ['--corpus', examples, '--set', 'checkout-is-slo'],
      2,
      /no set checkout-is-slo in the corpus \(did you mean checkout-is-slow\?\)/,
    ],
    [['--corpus', examples, '--limit', 'all'], 2, /--limit takes a whole number/],
    [['--corpus', examples, '--profile', 'safe'], 2, /--profile is one of Safe, Balanced, Aggressive, all/],
    [['--corpus', examples, '--json', '--markdown'], 2, /--json and --markdown exclude each other/],
  ])('%j is answered with exit code %i', async (args, code, message) => {
    const ended = await runCli(['replay', ...args])
    expect(ended.stderr).toMatch(message)
    expect(ended.code).toBe(code)
  })
})

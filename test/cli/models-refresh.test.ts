import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, describe, expect } from 'vitest'
import { createAuthority } from '../support/certificates.ts'
import { startEgressProxy } from '../support/egress-proxy.ts'
import { closeAfterTest } from '../support/wire.ts'
import { type Ended, runCli } from './run-cli.ts'

const MODEL = { litellm_provider: 'openai', mode: 'chat', input_cost_per_token: 2e-6, output_cost_per_token: 1e-5 }
const TABLE = {
  sample_spec: { litellm_provider: 'one of the providers', mode: 'one of: chat', input_cost_per_token: 0 },
  'gpt-9': { ...MODEL, cache_read_input_token_cost: 2e-7 },
  'grok-9': { ...MODEL, litellm_provider: 'xai', input_cost_per_token_above_200k_tokens: 4e-6 },
  'gpt-8': { ...MODEL, output_cost_per_token: -1 },
  'claude-opus-5': { ...MODEL, litellm_provider: 'anthropic', input_cost_per_token: 6e-6 },
  'gpt-5.6': { ...MODEL, cache_read_input_token_cost: 2e-7 },
}

/** A home of its own, so that the table of whoever runs the tests stays as it is. */
const test = base
  .extend('home', ({ onTestFinished }) => {
    const home = mkdtempSync(join(tmpdir(), 'm2m-home-'))
    onTestFinished(() => rmSync(home, { recursive: true }))
    return home
  })
  .extend('kept', ({ home }) => join(home, '.cache', 'm2m', 'models.json'))
  .extend(
    'run',
    ({ home }) =>
      (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> => {
        return runCli(args, { env: { HOME: home, XDG_CACHE_HOME: '', M2M_MODELS: '', ...env } })
      },
  )
  /** Writes a table and refreshes from it. */
  .extend('refresh', ({ home, run }) => async (table: unknown, ...flags: string[]): Promise<Ended> => {
    const file = join(home, 'table.json')
    writeFileSync(file, typeof table === 'string' ? table : JSON.stringify(table))
    return run(['models', 'refresh', file, ...flags])
  })

function today(): string {
  return new Date().toISOString().slice(0, 10)
}

test('what a table changes is printed, kept and used', async ({ refresh, run, home, kept }) => {
  const { stdout, stderr, code } = await refresh(TABLE)
  expect([stderr, code]).toEqual(['', 0])
  const text = stdout.toString()
  expect(text).toMatch(
    /^LiteLLM's table: 6 rows, prices of 4 models, in USD per million tokens\nread \d{4}-\d\d-\d\d from /,
  )
  expect(text).toContain(`from ${join(home, 'table.json')}\n`)
  expect(text).toMatch(
    /\nadded: 2\n {2}gpt-9 +input 2, output 10, cache read 0\.2\n {2}grok-9 +input 2, output 10, from 200,001 tokens on x 2 and x 1\n/,
  )
  expect(text).toMatch(/\nchanged: 1\n {2}gpt-5\.6 +input 4 -> 2, output 20 -> 10, /)
  expect(text).toMatch(/\nnot taken, .*: 1\n {2}claude-opus-5 +input 5 -> 6, output 25 -> 10, /)
  expect(text).toMatch(/\nrefused: 1\n {2}"gpt-8" +output is negative\n/)
  expect(text).toMatch(/\nrows that are not used:\n {2}1 {2}of hosts that did not make the model\n/)
  expect(text).toMatch(new RegExp(`\nkept in ${kept}\n$`))

  const [list, page, json] = await Promise.all([run(['models']), run(['models', 'gpt-9']), run(['models', '--json'])])
  expect(list.stdout.toString()).toMatch(new RegExp(`\ngpt-9 .* 2 +10 +0\\.2 .*${today()} \\* +-\n`))
  expect(list.stdout.toString()).toMatch(/\nclaude-opus-5 .* 5 +25 .*\d{4}-\d\d-\d\d +-\n/)
  expect(list.stdout.toString()).toMatch(/\n\* from LiteLLM's table, read \d{4}-\d\d-\d\d from .*table\.json\n$/)
  expect(page.stdout.toString()).toContain(`${today()}, LiteLLM's table: ${join(home, 'table.json')}`)
  const card = JSON.parse(json.stdout.toString()).find(({ name }: { name: string }) => name === 'grok-9')
  expect(card.prices).toEqual([expect.objectContaining({ input: 2, isOverlay: true })])

  const again = await refresh(TABLE)
  expect(again.stdout.toString()).toContain('\nno price changes\n')
  const { 'gpt-9': _, ...less } = TABLE
  expect((await refresh(less)).stdout.toString()).toMatch(
    /\nremoved: 1\n {2}gpt-9 +input 2, output 10, cache read 0\.2\n/,
  )
})

test('a dry run prints the same and writes nothing', async ({ refresh, home }) => {
  const dry = await refresh(TABLE, '--dry-run')
  expect(dry.stdout.toString()).toMatch(/\nadded: 2\n[\s\S]*\ndry run: nothing was written\n$/)
  expect(readdirSync(home)).toEqual(['table.json'])
})

test('programs read the changes as JSON', async ({ refresh, kept }) => {
  const report = JSON.parse((await refresh(TABLE, '--json')).stdout.toString())
  expect(report).toMatchObject({ shape: 'LiteLLM', rows: 6, models: 4, file: kept, read: today() })
  expect(report.added).toContainEqual({ name: 'gpt-9', to: { input: 2, output: 10, cacheRead: 0.2 } })
  expect(report.refused).toEqual([{ name: 'gpt-8', reason: 'output is negative' }])
  expect(JSON.parse((await refresh(TABLE, '--json', '--dry-run')).stdout.toString()).file).toBeNull()
})

test('XDG_CACHE_HOME and M2M_MODELS name the place; a relative cache home is none', async ({ refresh, run, home }) => {
  await refresh(TABLE)
  const table = join(home, 'table.json')
  await run(['models', 'refresh', table], { XDG_CACHE_HOME: join(home, 'xdg') })
  await run(['models', 'refresh', table], {
    M2M_MODELS: join(home, 'mine', 'prices.json'),
    XDG_CACHE_HOME: join(home, 'xdg2'),
  })
  await run(['models', 'refresh', table], { XDG_CACHE_HOME: 'relative' })
  expect(readdirSync(home).sort()).toEqual(['.cache', 'mine', 'table.json', 'xdg'])
  expect(readFileSync(join(home, 'mine', 'prices.json'))).toEqual(readFileSync(join(home, 'xdg', 'm2m', 'models.json')))
  expect(existsSync('relative')).toBe(false)
})

test('a table comes from standard input, or by its URL without the query', async ({ run, kept, onTestFinished }) => {
  const server = createServer((_, res) => res.end(JSON.stringify(TABLE)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/table.json`
  expect((await run(['models', 'refresh', `${url}?key=secret`])).code).toBe(0)
  const { source } = JSON.parse(readFileSync(kept, 'utf8'))
  expect(source).toBe(url)
})

describe('a table that cannot be used', () => {
  test.for([
    ['a page', '<html>404</html>', 'm2m: the price table cannot be used: it is a page, not JSON\n'],
    ['a part', '{"gpt-9": {"litellm', 'm2m: the price table cannot be used: it is not JSON, or only a part of it\n'],
    [
      'no row of use',
      { a: { litellm_provider: 'azure' } },
      'm2m: the price table cannot be used: none of its 1 rows has prices of a model that M2M knows\n',
    ],
  ] as const)('leaves the kept one as it is: %s', async ([, table, message], { refresh, kept }) => {
    await refresh(TABLE)
    const before = readFileSync(kept)
    const ended = await refresh(table)
    expect([ended.stdout.toString(), ended.stderr, ended.code]).toEqual(['', message, 1])
    expect(readFileSync(kept)).toEqual(before)
  })

  test('is never larger than 16 MiB', async ({ refresh }) => {
    const ended = await refresh(`{"gpt-9":${JSON.stringify(MODEL)}${' '.repeat(16 * 1024 * 1024)}}`)
    expect([ended.stderr, ended.code]).toEqual(['m2m: the input is larger than 16 MiB\n', 1])
  })

  test('is named when it is not there', async ({ run, home }) => {
    const ended = await run(['models', 'refresh', join(home, 'nowhere.json')])
    expect(ended.stderr).toBe(`m2m: cannot read ${join(home, 'nowhere.json')}: there is no such file or folder\n`)
    expect((await run(['models', 'refresh'])).stderr).toMatch(/^m2m: missing argument: FILE\|URL\n/)
    expect((await run(['models', 'refresh', 'http://example.com/'])).code).toBe(2)
  })

  test('has no name that reaches the terminal', async ({ refresh }) => {
    const text = (
      await refresh({ ...TABLE, 'gpt-\u001b[31m\u202e\u009b': MODEL, [`gpt-${'9'.repeat(10_000)}`]: MODEL })
    ).stdout.toString()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that are looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\uffff]/)
    expect(text).toMatch(/"gpt-9{56}\.\.\." +its name is longer than a model name\n/)
  })
})

describe('a kept table that was damaged', () => {
  test.for(['', '{"format":9}'])('is reported, and counts as none: %j', async (damaged, { refresh, run, kept }) => {
    await refresh(TABLE)
    writeFileSync(kept, damaged)
    const ended = await run(['models', 'gpt-4o'])
    expect(ended.stderr).toMatch(new RegExp(`^${kept} is not used: the kept price table cannot be used: .*\n$`))
    expect(ended.code).toBe(0)
    const mended = await refresh(TABLE)
    expect(mended.stdout.toString()).toMatch(/\nadded: 2\n/)
    expect((await run(['models', 'gpt-9'])).stderr).toBe('')
  })

  test('may be a folder', async ({ run, home, refresh, kept }) => {
    mkdirSync(kept, { recursive: true })
    expect((await run(['models', 'gpt-4o'])).stderr).toContain(`${kept} is not used: `)
    const ended = await refresh(TABLE)
    expect(ended.stderr).toContain(`m2m: cannot write ${kept}: `)
    expect(readdirSync(join(home, '.cache', 'm2m'))).toEqual(['models.json'])
  })
})

test('the words after `models` are a name, unless they name a command', async ({ run }) => {
  expect((await run(['models', 'gpt-4o', '--json'])).code).toBe(0)
  const help = (await run(['help', 'models'])).stdout.toString()
  expect(help).toMatch(
    /^usage: m2m models \[FLAGS\] \[NAME\]\n[\s\S]*\nusage: m2m models refresh \[FLAGS\] FILE\|URL\n/,
  )
  expect((await run(['help', 'models', 'refresh'])).stdout.toString()).toMatch(/^usage: m2m models refresh/)
  expect((await run(['models', 'refresh', '--help'])).stdout.toString()).toMatch(/^usage: m2m models refresh/)
})

describe('through an egress proxy', () => {
  test('a table is fetched in a tunnel, and one of this machine directly', async ({ home, run, onTestFinished }) => {
    const authority = await createAuthority()
    const caFile = join(home, 'ca.pem')
    writeFileSync(caFile, authority.cert)
    const table = createTlsServer(await authority.issue({ names: ['prices.example'] }), (_, res) => {
      res.end(JSON.stringify(TABLE))
    })
    await new Promise<void>((resolve) => table.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void table.close())
    const portOf = (): number => (table.address() as AddressInfo).port
    const proxy = await closeAfterTest(startEgressProxy({ portOf }), onTestFinished)
    const env = { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: caFile }
    const fetched = await run(['models', 'refresh', 'https://prices.example/table', '--dry-run'], env)
    expect([fetched.code, fetched.stderr]).toEqual([0, expect.not.stringContaining('not be downloaded')])
    expect(proxy.asked.map(({ authority: asked }) => asked)).toEqual(['prices.example:443'])
    const local = await run(['models', 'refresh', 'http://localhost:9/table'], env)
    expect([local.code, proxy.asked.length, proxy.plain]).toEqual([1, 1, []])
  })

  test('one that is no URL is told without its password', async ({ run }) => {
    const env = { HTTPS_PROXY: 'http://me:secret@:99999' }
    const ended = await run(['models', 'refresh', 'https://prices.example/table'], env)
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('HTTPS_PROXY and HTTP_PROXY must be URLs')])
    expect(ended.stderr).not.toContain('secret')
  })
})

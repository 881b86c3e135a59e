/** `--record DIR`: calls through a real sidecar, the files they leave, and those files replayed. */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { runCli } from '../../cli/run-cli.ts'
import { closeAfterEach } from '../../support/close-after-each.ts'
import { type Edge, startEdge, startUpstream, type Upstream, wordyBody } from '../../support/edge.ts'

const KEY = 'sk-proj-0123456789abcdef0123456789abcdef'
const PATH = '/v1/chat/completions'

let edge: Edge
let upstream: Upstream
closeAfterEach(() => [edge, upstream])

const REPLY = JSON.stringify({
  id: 'c',
  model: 'gpt-4o-2024-08-06',
  choices: [{ finish_reason: 'stop' }],
  usage: { prompt_tokens: 400, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 128 } },
})

async function open(options: object = {}): Promise<void> {
  upstream = await startUpstream((res) => res.writeHead(200, { 'content-type': 'application/json' }).end(REPLY))
  edge = await startEdge(upstream.url, { isRecorded: true, ...options })
}

async function post(body: string | Uint8Array, headers: Record<string, string> = {}, path = PATH): Promise<void> {
  const init = { method: 'POST', body: body as never, headers: { authorization: `Bearer ${KEY}`, ...headers } }
  await (await fetch(edge.url + path, init)).text()
}

/** Everything that was written, when the sidecar has closed. */
async function written(): Promise<string> {
  await edge.sidecar.close()
  const names = await readdir(edge.recordDir)
  return (await Promise.all(names.map((name) => readFile(join(edge.recordDir, name), 'utf8')))).join('')
}

test('writes LLM calls with usage and the body as received, and no header', async () => {
  await open()
  await post(wordyBody())
  await post('hello', {}, '/v1/files')
  const text = await written()
  const rows = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({
    uri: `${upstream.url}${PATH}`,
    model: 'gpt-4o',
    reply_model: 'gpt-4o-2024-08-06',
    status: 200,
    outcome: 'compressed',
    usage: { input: 400, output: 7, cacheRead: 128 },
    body: JSON.parse(wordyBody()),
  })
  expect(text).not.toMatch(/sk-proj|authorization|Bearer/i)
})

test('masks keys in bodies at the same length, and still sends them as they are', async () => {
  await open()
  const body = wordyBody({ metadata: { note: `deploy with ${KEY}` } })
  await post(body)
  const text = await written()
  expect(text).not.toContain(KEY)
  expect(JSON.parse(text).body.metadata.note).toHaveLength(`deploy with ${KEY}`.length)
  expect(upstream.seen[0]?.body.toString()).toContain(KEY)
})

test('writes a compressed body decoded', async () => {
  await open()
  await post(gzipSync(wordyBody()), { 'content-encoding': 'gzip' })
  expect(JSON.parse(await written()).body).toEqual(JSON.parse(wordyBody()))
})

test('replay reads the folder', async () => {
  await open()
  for (let i = 0; i < 3; i++) await post(wordyBody({ user: `u${i}` }))
  await written()
  const { code, stdout } = await runCli(['replay', '--corpus', edge.recordDir, '--json', '--without-costs'])
  const { sets, skipped } = JSON.parse(stdout.toString())
  expect(code).toBe(0)
  expect(skipped).toEqual([])
  expect(sets[0]).toMatchObject({ requests: 3, larger: 0, failed_decodes: 0 })
  expect(sets[0].saved_percent).toBeGreaterThan(20)
})

test('nothing is written unless it was asked for', async () => {
  await open({ isRecorded: false })
  await post(wordyBody())
  await edge.sidecar.close()
  expect(edge.lines.filter((line) => String(line['msg']).includes('recorded'))).toEqual([])
  await expect(readdir(edge.recordDir)).rejects.toThrow('ENOENT')
})

/** `--record DIR`: calls through a real sidecar, the files they leave, and those files replayed. */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { runCli } from '../../cli/run-cli.ts'
import { CHAT_PATH, wordyBody } from '../../support/chat-call.ts'
import type { Edge } from '../../support/edge.ts'
import { test as base } from '../../support/wire.ts'

const KEY = 'sk-proj-0123456789abcdef0123456789abcdef'

const REPLY = JSON.stringify({
  id: 'c',
  model: 'gpt-4o-2024-08-06',
  choices: [{ finish_reason: 'stop' }],
  usage: { prompt_tokens: 400, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 128 } },
})

/** `test` with a sidecar that records its calls. */
const test = base.extend('edge', async ({ startEdge, upstream }): Promise<Edge> => {
  upstream.replyWith((res) => res.writeHead(200, { 'content-type': 'application/json' }).end(REPLY))
  return startEdge(upstream.url, { isRecorded: true })
})

async function post(edge: Edge, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<void> {
  await (await edge.post(CHAT_PATH, body, { authorization: `Bearer ${KEY}`, ...headers })).text()
}

/** Everything that was written, when the sidecar has closed. */
async function written(edge: Edge): Promise<string> {
  await edge.sidecar.close()
  const names = await readdir(edge.recordDir)
  return (await Promise.all(names.map((name) => readFile(join(edge.recordDir, name), 'utf8')))).join('')
}

test('writes LLM calls with usage and the body as received, and no header', async ({ edge, upstream }) => {
  await post(edge, wordyBody())
  await (await edge.post('/v1/files', 'hello')).text()
  const text = await written(edge)
  const rows = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(rows).toHaveLength(1)
  expect(rows[0]).toMatchObject({
    uri: `${upstream.url}${CHAT_PATH}`,
    model: 'gpt-4o',
    reply_model: 'gpt-4o-2024-08-06',
    status: 200,
    outcome: 'compressed',
    usage: { input: 400, output: 7, cacheRead: 128 },
    body: JSON.parse(wordyBody()),
  })
  expect(text).not.toMatch(/sk-proj|authorization|Bearer/i)
})

test('masks keys in bodies at the same length, and still sends them as they are', async ({ edge, upstream }) => {
  const body = wordyBody({ metadata: { note: `deploy with ${KEY}` } })
  await post(edge, body)
  const text = await written(edge)
  expect(text).not.toContain(KEY)
  expect(JSON.parse(text).body.metadata.note).toHaveLength(`deploy with ${KEY}`.length)
  expect(upstream.seen[0]?.body.toString()).toContain(KEY)
})

test('writes a compressed body decoded', async ({ edge }) => {
  await post(edge, gzipSync(wordyBody()), { 'content-encoding': 'gzip' })
  expect(JSON.parse(await written(edge)).body).toEqual(JSON.parse(wordyBody()))
})

test('replay reads the folder', async ({ edge }) => {
  for (let i = 0; i < 3; i++) await post(edge, wordyBody({ user: `u${i}` }))
  await written(edge)
  const { code, stdout } = await runCli(['replay', '--corpus', edge.recordDir, '--json', '--without-costs'])
  const { sets, skipped } = JSON.parse(stdout.toString())
  expect(code).toBe(0)
  expect(skipped).toEqual([])
  expect(sets[0]).toMatchObject({ requests: 3, larger: 0, failed_decodes: 0 })
  expect(sets[0].saved_percent).toBeGreaterThan(20)
})

base('nothing is written unless it was asked for', async ({ edge }) => {
  await (await edge.post(CHAT_PATH, wordyBody())).text()
  await edge.sidecar.close()
  expect(edge.lines.filter(({ msg }) => String(msg).includes('recorded'))).toEqual([])
  await expect(readdir(edge.recordDir)).rejects.toThrow('ENOENT')
})

/** A provider with a key of the sidecar gets that key, and none of the caller's. */

import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import { test as wireTest } from '../../support/wire.ts'

const CALLERS = { authorization: 'Bearer dummy', 'x-api-key': 'dummy', 'api-key': 'dummy', 'x-goog-api-key': 'dummy' }

const test = wireTest.extend('keyFile', async ({ onTestFinished }) => {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-key-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'key')
  return {
    path,
    write: async (text: string): Promise<void> => {
      await writeFile(`${path}.new`, text)
      await rename(`${path}.new`, path)
    },
  }
})

/** The headers of the last request that carry a key. */
function keysOf(seen: readonly { readonly headers: Readonly<Record<string, unknown>> }[]): Record<string, unknown> {
  const headers = seen.at(-1)?.headers ?? {}
  const names = Object.keys(CALLERS).filter((name) => headers[name] !== undefined)
  return Object.fromEntries(names.map((name) => [name, headers[name]]))
}

describe('a key in a file', () => {
  test('goes in the header of the provider’s API', async ({ startEdge, upstream, keyFile }) => {
    await keyFile.write('sk-own-1\n')
    const edge = await startEdge(upstream.url, { provider: { credentials: { mode: 'File', path: keyFile.path } } })
    await edge.post(`/openai${CHAT_PATH}`, chatBody(), { authorization: 'Bearer dummy' })
    expect(keysOf(upstream.seen)).toEqual({ authorization: 'Bearer sk-own-1' })
    await edge.post('/anthropic/v1/messages', chatBody(), { 'x-api-key': 'dummy' })
    expect(keysOf(upstream.seen)).toEqual({ 'x-api-key': 'sk-own-1' })
    // No key is needed at all.
    await edge.post(`/openai${CHAT_PATH}`, chatBody())
    expect(keysOf(upstream.seen)).toEqual({ authorization: 'Bearer sk-own-1' })
  })

  test('replaces every key of the caller', async ({ startEdge, upstream, keyFile }) => {
    await keyFile.write('sk-own-1')
    const credentials = { mode: 'File', path: keyFile.path }
    const only = { name: 'openai', baseURL: upstream.url, allowInsecure: true, credentials }
    const edge = await startEdge(upstream.url, { spec: { providers: [only] } })
    await edge.post(CHAT_PATH, chatBody(), CALLERS)
    expect(keysOf(upstream.seen)).toEqual({ authorization: 'Bearer sk-own-1' })
  })

  test('that cannot be read leaves the caller’s key, and one line says so', async ({
    startEdge,
    upstream,
    keyFile,
  }) => {
    const edge = await startEdge(upstream.url, { provider: { credentials: { mode: 'File', path: keyFile.path } } })
    for (let call = 0; call < 2; call++) await edge.post(CHAT_PATH, chatBody(), { authorization: 'Bearer sk-mine' })
    expect(keysOf(upstream.seen)).toEqual({ authorization: 'Bearer sk-mine' })
    expect(edge.lines.filter(({ fault }) => fault === 'ENOENT')).toEqual([
      expect.objectContaining({
        file: keyFile.path,
        msg: expect.stringContaining('calls keep the key of the application'),
      }),
    ])
  })

  test('is in no log line, metric or reply', async ({ startEdge, upstream, keyFile }) => {
    await keyFile.write('sk-own-secret-0123456789abcdef')
    const edge = await startEdge(upstream.url, {
      isRecorded: true,
      provider: { credentials: { mode: 'File', path: keyFile.path } },
    })
    const reply = await edge.post(CHAT_PATH, chatBody())
    expect(keysOf(upstream.seen)).toEqual({ authorization: 'Bearer sk-own-secret-0123456789abcdef' })
    const told = [
      JSON.stringify([...reply.headers]),
      await reply.text(),
      await edge.metrics(),
      JSON.stringify(edge.lines),
    ]
    expect(told.join('')).not.toContain('sk-own-secret')
  })
})

test('a key in a variable is used as one in a file is', async ({ startEdge, upstream }) => {
  const edge = await startEdge(upstream.url, {
    provider: { credentials: { mode: 'Env', env: 'TEAM_KEY' } },
    environment: { TEAM_KEY: 'sk-of-the-team' },
  })
  await edge.post(CHAT_PATH, chatBody(), { authorization: 'Bearer dummy' })
  expect(keysOf(upstream.seen)).toEqual({ authorization: 'Bearer sk-of-the-team' })
})

test('a signed request keeps its credential', async ({ startEdge, upstream, keyFile }) => {
  await keyFile.write('sk-own')
  const edge = await startEdge(upstream.url, { provider: { credentials: { mode: 'File', path: keyFile.path } } })
  const signed =
    'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=0'
  await edge.post(`/openai${CHAT_PATH}`, chatBody(), { authorization: signed })
  expect(keysOf(upstream.seen)).toEqual({ authorization: signed })
})

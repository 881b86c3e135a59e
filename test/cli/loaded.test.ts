/** What an idle sidecar has loaded: every megabyte of it is paid for in each pod. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

interface Loaded {
  /** Of the packages and of our own, as they are named in the source maps. */
  readonly sources: readonly string[]
  readonly builtIn: readonly string[]
}

interface Ready {
  readonly data: string
  readonly admin: string
}

/** Starts the built program. @param act what is asked of it before it ends */
async function loadedAfter(act: (ready: Ready) => Promise<void>): Promise<Loaded> {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-loaded-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const config = join(folder, 'config.toml')
  await writeFile(config, '')
  const preload = pathToFileURL('test/support/tell-loaded.ts').href
  const args = ['proxy', '--config', config, '--port', '0', '--admin-port', '0']
  const child = spawn(resolve('bin/m2m'), args, { env: { ...process.env, NODE_OPTIONS: `--import=${preload}` } })
  onTestFinished(() => void child.kill('SIGKILL'))
  let told = ''
  child.stderr.on('data', (chunk) => {
    told += chunk
  })
  const [line] = await once(child.stdout, 'data')
  await act(JSON.parse(String(line)))
  child.kill('SIGTERM')
  await once(child, 'close')
  const { files, builtIn } = JSON.parse(told.trim().split('\n').at(-1) ?? '') as { files: string[]; builtIn: string[] }
  return { sources: files.filter((url) => url.includes('/dist/')).flatMap(sourcesOf), builtIn }
}

function sourcesOf(url: string): string[] {
  return (JSON.parse(readFileSync(`${fileURLToPath(url)}.map`, 'utf8')) as { sources: string[] }).sources
}

function packagesOf({ sources }: Loaded): Set<string | undefined> {
  return new Set(sources.map((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1]))
}

const LATER = ['fastify', 'ajv', 'fast-json-stringify', 'find-my-way', 'typebox', 'js-tiktoken', '@opentelemetry/core']

test('an idle sidecar, probed, has loaded what calls need, and nothing else', async () => {
  const loaded = await loadedAfter(async ({ admin }) => {
    expect((await fetch(`${admin}/readyz`)).status).toBe(200)
  })
  const packages = packagesOf(loaded)
  expect([...packages]).toEqual(expect.arrayContaining(['undici', 'pino']))
  expect(LATER.filter((name) => packages.has(name))).toEqual([])
  // Undici is its pools: fetch, WebSocket, caches and mocks are not.
  const parts = loaded.sources.filter((source) =>
    /undici\/lib\/(?:mock|cache|interceptor|web\/(?!fetch|webidl|infra))/.test(source),
  )
  expect(parts).toEqual([])
  expect(loaded.sources.filter((source) => /\/src\/(?:replay|eval|mock)\//.test(source))).toEqual([])
  // An ES import of node:http would load these.
  expect(loaded.builtIn.filter((name) => /undici|http2|webstreams/.test(name))).toEqual([])
})

test('it loads Fastify when a path of its own is asked for', async () => {
  const loaded = await loadedAfter(async ({ data }) => {
    expect((await fetch(`${data}/stats`)).status).toBe(200)
  })
  expect([...packagesOf(loaded)]).toEqual(expect.arrayContaining(['fastify', 'find-my-way']))
})

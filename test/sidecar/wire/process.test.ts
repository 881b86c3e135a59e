/** The sidecar as a process: SIGTERM drains and exits with 0, a second signal ends it at once. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { chatBody, startUpstream, type Upstream } from '../../support/edge.ts'
import { within } from '../../support/within.ts'

let upstream: Upstream
let child: ChildProcess
let folder: string
const replies: ServerResponse[] = []
afterEach(async () => {
  child.kill('SIGKILL')
  await upstream.close()
  await rm(folder, { recursive: true })
})

/** @returns the data port's URL, read from the log */
async function run(graceMs: number): Promise<string> {
  upstream = await startUpstream((res) => void replies.push(res))
  folder = await mkdtemp(join(tmpdir(), 'm2m-process-'))
  const config = {
    proxy: {
      host: '127.0.0.1',
      port: 0,
      upstreams: [{ name: 'openai', url: upstream.url }],
      mode: 'Enforce',
      profile: 'Safe',
    },
    admin: { host: '127.0.0.1', port: 0 },
    policy: { pollMs: 60_000 },
    log: { level: 'info' },
    otlp: { serviceName: 'm2m' },
    drain: { graceMs },
  }
  const main = new URL('../../../sidecar/main.ts', import.meta.url).href
  const script = join(folder, 'run.ts')
  await writeFile(
    script,
    `import { runSidecar } from ${JSON.stringify(main)}\nprocess.exitCode = await runSidecar(${JSON.stringify(config)})\n`,
  )
  child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  let log = ''
  child.stdout?.on('data', (chunk) => {
    log += chunk
  })
  await expect.poll(() => log, { timeout: 15_000 }).toContain('sidecar ready')
  return (JSON.parse(log.split('\n')[0] as string) as { data: string }).data
}

function call(url: string): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, { method: 'POST', body: chatBody() })
}

test('SIGTERM lets a live call finish, then the process exits with 0', async () => {
  const url = await run(20_000)
  const reply = call(url)
  await expect.poll(() => replies.length).toBe(1)
  child.kill('SIGTERM')
  await expect.poll(async () => (await call(url)).status).toBe(503)
  expect(child.exitCode).toBeNull()
  replies.pop()?.end('{"id":"c"}')
  expect(await (await reply).text()).toBe('{"id":"c"}')
  const [code] = await within('the exit', once(child, 'exit'))
  expect(code).toBe(0)
})

test('a second signal ends the process although a call is live', async () => {
  const url = await run(60_000)
  const reply = call(url).catch((error: unknown) => error)
  await expect.poll(() => replies.length).toBe(1)
  child.kill('SIGTERM')
  await expect.poll(async () => (await call(url)).status).toBe(503)
  child.kill('SIGTERM')
  const [code] = await within('the exit', once(child, 'exit'))
  expect(code).toBe(1)
  expect(await reply).toBeInstanceOf(Error)
  replies.length = 0
})

/** A caller that reads a kilobyte a second of a stream of 200 MB: the memory of the sidecar's own process. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect } from 'vitest'
import { CHAT_PATH, chatBody, chunk, DONE, SSE } from '../../support/chat-call.ts'
import { requestText } from '../../support/raw-client.ts'
import { testConfig } from '../../support/test-config.ts'
import { test as wireTest } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

const STREAM_BYTES = 200 << 20
const MAX_RISE_BYTES = 32 << 20
const EVENT = chunk('x'.repeat(60_000))

interface Running {
  readonly port: number
  /** Resident memory in bytes. */
  memory(): number
}

const test = wireTest.extend('sidecar', async ({ upstream, onTestFinished }): Promise<Running> => {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-memory-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const config = testConfig({ proxy: { upstreams: [{ name: 'openai', url: upstream.url }] }, log: { level: 'info' } })
  const script = join(folder, 'run.ts')
  const start = resolve('sidecar/start.ts')
  await writeFile(
    script,
    `import { startSidecar } from ${JSON.stringify(start)}\nawait startSidecar(${JSON.stringify(config)})\n`,
  )
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const port = await portOf(child)
  return { port, memory: () => 1024 * Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)])) }
})

/** Read from the first line of the log. */
async function portOf(child: ChildProcess): Promise<number> {
  let log = ''
  child.stdout?.on('data', (bytes) => {
    log += bytes
  })
  await expect.poll(() => log, { timeout: 25_000 }).toContain('sidecar ready')
  return Number(new URL((JSON.parse(log.split('\n')[0] as string) as { data: string }).data).port)
}

function pour(res: ServerResponse, bytes: number): { readonly written: number; readonly waits: number } {
  const poured = { written: 0, waits: 0 }
  const more = (): void => {
    while (!res.destroyed && poured.written < bytes) {
      poured.written += EVENT.length
      if (!res.write(EVENT)) {
        poured.waits++
        return
      }
    }
    res.end(DONE)
  }
  res.writeHead(200, SSE).on('drain', more)
  more()
  return poured
}

/** Sends a streamed call whose reply is read only by `socket.read`. */
function call(port: number): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(requestText('POST', CHAT_PATH, ['connection: close'], chatBody({ stream: true })))
  return socket
}

test('it stays where it was, and the provider waits', async ({ sidecar, upstream }) => {
  // What any stream of this size takes, read at full speed.
  upstream.replyWith((res) => pour(res, 64 << 20))
  const fast = call(sidecar.port).resume()
  await within('the fast stream', once(fast, 'close'), 30_000)
  const before = sidecar.memory()

  const poured = Promise.withResolvers<ReturnType<typeof pour>>()
  upstream.replyWith((res) => poured.resolve(pour(res, STREAM_BYTES)))
  const slow = call(sidecar.port).pause()
  const stream = await within('the call', poured.promise)
  await expect.poll(() => stream.waits, { timeout: 10_000 }).toBeGreaterThan(0)
  let highest = 0
  for (let second = 0; second < 5; second++) {
    await new Promise((done) => setTimeout(done, 1000))
    slow.read(1024)
    highest = Math.max(highest, sidecar.memory())
  }
  expect(highest - before).toBeLessThan(MAX_RISE_BYTES)
  expect(stream.written).toBeLessThan(STREAM_BYTES / 4)
  slow.destroy()
})
